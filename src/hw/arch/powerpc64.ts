/** powerpc64: clean and invalidate by the program, context synchronization by every return (rfid).
 *
 *  Source: Power ISA "Instruction Storage", "Context Synchronization"; Linux arch/powerpc/Kconfig (ARCH_HAS_MEMBARRIER_SYNC_CORE). */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'powerpc64',
  title: 'powerpc64, dcbst and icbi are needed, rfid synchronizes',
  source:
    'Power ISA "Instruction Storage", "Context Synchronization"; Linux arch/powerpc/Kconfig (ARCH_HAS_MEMBARRIER_SYNC_CORE)',
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
    serialize: 'ISYNC',
    clean: 'DCBST; SYNC',
    invalidate: 'ICBI; SYNC',
    syscallReturn: 'RFID',
    interruptReturn: 'RFID',
  },
};
