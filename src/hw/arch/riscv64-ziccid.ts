/** riscv64 with Ziccid: instruction fetch becomes coherent by itself, in its own time.
 *
 *  Source: RISC-V profiles "Ziccid", "Ziccif"; Linux arch/riscv/include/asm/sync_core.h. */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'riscv64-ziccid',
  title: 'riscv64 with Ziccid, coherent icache, no return serializes',
  source: 'RISC-V profiles "Ziccid", "Ziccif"; Linux arch/riscv/include/asm/sync_core.h',
  storesReachPou: true,
  icache: 'coherent',
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
    invalidate: 'nothing (Ziccid)',
    syscallReturn: 'SRET',
    interruptReturn: 'SRET',
  },
};
