/** arm64 with FEAT_ExS in use (SCTLR_ELx.EOS = 0): exception return is no context synchronization event.
 *
 *  Linux does not run like this; if it did, sync_core_before_usermode() would have to be an ISB, and that is what the
 *  profile takes it to be.
 *
 *  Source: Arm ARM DDI 0487 FEAT_ExS, SCTLR_EL1.EOS; linux-kernel, 5 January 2021, Deacon on SYNC_CORE. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'arm64-exs',
  title: 'arm64, FEAT_ExS with EOS=0: ERET does not synchronize',
  source: 'Arm ARM DDI 0487 FEAT_ExS, SCTLR_EL1.EOS; linux-kernel, 5 January 2021, Deacon on SYNC_CORE',
  storesReachPou: true,
  icache: 'coherent',
  serializationDrops: 'decoded',
  serializationCompletesStores: false,
  stores: 'pso',
  syscallReturnSerializes: false,
  interruptReturnSerializes: false,
  addressSpaceLoadSerializes: false,
  tlbShootdown: 'broadcast',
  syncCoreBeforeUsermode: 'execute',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'ISB',
    clean: 'nothing (IDC=1)',
    invalidate: 'nothing (DIC=1)',
    syscallReturn: 'ERET (EOS=0)',
    interruptReturn: 'ERET (EOS=0)',
  },
};
