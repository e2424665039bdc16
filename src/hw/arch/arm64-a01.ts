/** arm64 with CTR_EL0.IDC = 1 and CTR_EL0.DIC = 0: stores reach the PoU, the icaches have to be told.
 *
 *  Source: Arm ARM DDI 0487 CTR_EL0, IC IVAU, "Context synchronization event"; Linux arch/arm64/mm/cache.S. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'arm64-a01',
  title: 'arm64, IDC=1 DIC=0: only the invalidate is needed',
  source: 'Arm ARM DDI 0487 CTR_EL0, IC IVAU, "Context synchronization event"; Linux arch/arm64/mm/cache.S',
  storesReachPou: true,
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
    clean: 'nothing (IDC=1)',
    invalidate: 'IC IVAU; DSB ISH',
    syscallReturn: 'ERET',
    interruptReturn: 'ERET',
  },
};
