/** 32-bit Arm (v7): cache maintenance goes through a system call, exception return synchronizes.
 *
 *  Source: Arm ARM DDI 0406 "Cache maintenance operations"; Linux arch/arm/mm/cache-v7.S, commit "ARM: 8777/1". */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'arm32',
  title: 'arm32 (v7), maintenance by cacheflush(2), exception return synchronizes',
  source:
    'Arm ARM DDI 0406 "Cache maintenance operations"; Linux arch/arm/mm/cache-v7.S, commit "ARM: 8777/1"',
  storesReachPou: false,
  icache: 'broadcast-invalidate',
  serializationDrops: 'decoded',
  serializationCompletesStores: false,
  stores: 'pso',
  syscallReturnSerializes: true,
  interruptReturnSerializes: true,
  addressSpaceLoadSerializes: false,
  tlbShootdown: 'broadcast',
  syncCoreBeforeUsermode: 'nothing',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'ISB',
    clean: 'DCCMVAU; DSB',
    invalidate: 'ICIMVAU; DSB',
    syscallReturn: 'MOVS PC, LR',
    interruptReturn: 'SUBS PC, LR',
  },
};
