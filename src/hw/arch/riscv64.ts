/** riscv64: the icache is not coherent, and fence.i reaches the hart that executes it only.
 *
 *  Source: RISC-V unprivileged ISA "Zifencei"; Linux arch/riscv/mm/cacheflush.c, arch/riscv/include/asm/sync_core.h. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'riscv64',
  title: 'riscv64, fence.i is local, no return serializes',
  source:
    'RISC-V unprivileged ISA "Zifencei"; Linux arch/riscv/mm/cacheflush.c, arch/riscv/include/asm/sync_core.h',
  storesReachPou: true,
  icache: 'local-invalidate',
  serializationDrops: 'decoded-and-own-icache',
  serializationCompletesStores: false,
  stores: 'pso',
  syscallReturnSerializes: false,
  interruptReturnSerializes: false,
  addressSpaceLoadSerializes: false,
  tlbShootdown: 'interrupts',
  syncCoreBeforeUsermode: 'execute',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'FENCE.I',
    clean: 'nothing',
    invalidate: 'FENCE.I (this hart)',
    syscallReturn: 'SRET',
    interruptReturn: 'SRET',
  },
};
