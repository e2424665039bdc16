/** 32-bit x86: as x86-64, with SYSEXIT in the place of SYSRET.
 *
 *  Source: Intel SDM vol. 3A "Serializing Instructions"; Linux arch/x86/entry/entry_32.S. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'x86-32',
  title: 'x86-32, coherent icache, SYSEXIT does not serialize',
  source: 'Intel SDM vol. 3A "Serializing Instructions"; Linux arch/x86/entry/entry_32.S',
  storesReachPou: true,
  icache: 'coherent',
  serializationDrops: 'decoded',
  serializationCompletesStores: true,
  stores: 'tso',
  syscallReturnSerializes: false,
  interruptReturnSerializes: true,
  addressSpaceLoadSerializes: true,
  tlbShootdown: 'interrupts',
  syncCoreBeforeUsermode: 'execute',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'sync_core (IRET to self or CPUID)',
    clean: 'nothing (coherent)',
    invalidate: 'nothing (coherent)',
    syscallReturn: 'SYSEXIT',
    interruptReturn: 'IRET',
  },
};
