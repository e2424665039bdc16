/** arm64 with CTR_EL0.IDC = 1 and CTR_EL0.DIC = 1: both cache steps happen by themselves.
 *
 *  Source: Arm ARM DDI 0487 CTR_EL0, "Context synchronization event"; Linux arch/arm64/mm/cache.S. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'arm64-a11',
  title: 'arm64, IDC=1 DIC=1: neither clean nor invalidate is needed',
  source: 'Arm ARM DDI 0487 CTR_EL0, "Context synchronization event"; Linux arch/arm64/mm/cache.S',
  storesReachPou: true,
  icache: 'coherent',
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
    invalidate: 'nothing (DIC=1)',
    syscallReturn: 'ERET',
    interruptReturn: 'ERET',
  },
};
