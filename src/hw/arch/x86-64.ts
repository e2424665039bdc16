/** x86-64 without page-table isolation: coherent caches, a system call return that does not serialize.
 *
 *  Source: Intel SDM vol. 3A "Serializing Instructions"; Linux arch/x86/include/asm/sync_core.h, arch/x86/entry/entry_64.S. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'x86-64',
  title: 'x86-64, coherent icache, SYSRET does not serialize',
  source:
    'Intel SDM vol. 3A "Serializing Instructions"; Linux arch/x86/include/asm/sync_core.h, arch/x86/entry/entry_64.S',
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
    serialize: 'sync_core (IRET to self or SERIALIZE)',
    clean: 'nothing (coherent)',
    invalidate: 'nothing (coherent)',
    syscallReturn: 'SYSRET',
    interruptReturn: 'IRET',
  },
};
