/** loongarch64: IBAR synchronizes, and the kernel does not offer SYNC_CORE.
 *
 *  Source: LoongArch reference manual "IBAR"; Linux Documentation/features/sched/membarrier-sync-core (listed without support). */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'loongarch64',
  title: 'loongarch64, membarrier SYNC_CORE is not supported',
  source:
    'LoongArch reference manual "IBAR"; Linux Documentation/features/sched/membarrier-sync-core (listed without support)',
  storesReachPou: true,
  icache: 'coherent',
  serializationDrops: 'decoded',
  serializationCompletesStores: false,
  stores: 'pso',
  syscallReturnSerializes: false,
  interruptReturnSerializes: false,
  addressSpaceLoadSerializes: false,
  tlbShootdown: 'interrupts',
  syncCoreBeforeUsermode: 'execute',
  membarrierSyncCore: false,
  instructions: {
    serialize: 'IBAR',
    clean: 'nothing',
    invalidate: 'nothing',
    syscallReturn: 'ERTN',
    interruptReturn: 'ERTN',
  },
};
