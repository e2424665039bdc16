/** s390x: coherent caches, and every return to user mode serializes (LPSWE).
 *
 *  Source: z/Architecture Principles of Operation "CPU Serialization"; Linux Documentation/features/sched/membarrier-sync-core. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 's390x',
  title: 's390x, coherent icache, LPSWE serializes',
  source:
    'z/Architecture Principles of Operation "CPU Serialization"; Linux Documentation/features/sched/membarrier-sync-core',
  storesReachPou: true,
  icache: 'coherent',
  serializationDrops: 'decoded',
  serializationCompletesStores: true,
  stores: 'tso',
  syscallReturnSerializes: true,
  interruptReturnSerializes: true,
  addressSpaceLoadSerializes: true,
  tlbShootdown: 'broadcast',
  syncCoreBeforeUsermode: 'nothing',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'BCR 15,0',
    clean: 'nothing (coherent)',
    invalidate: 'nothing (coherent)',
    syscallReturn: 'LPSWE',
    interruptReturn: 'LPSWE',
  },
};
