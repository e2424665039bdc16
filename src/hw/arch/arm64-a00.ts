/** arm64 with CTR_EL0.IDC = 0 and CTR_EL0.DIC = 0: both cache steps are the program's own business.
 *
 *  Source: Arm ARM DDI 0487 CTR_EL0, DC CVAU, IC IVAU, "Context synchronization event"; Linux arch/arm64/mm/cache.S. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'arm64-a00',
  title: 'arm64, IDC=0 DIC=0: clean and invalidate are needed',
  source:
    'Arm ARM DDI 0487 CTR_EL0, DC CVAU, IC IVAU, "Context synchronization event"; Linux arch/arm64/mm/cache.S',
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
    clean: 'DC CVAU; DSB ISH',
    invalidate: 'IC IVAU; DSB ISH',
    syscallReturn: 'ERET',
    interruptReturn: 'ERET',
  },
};
