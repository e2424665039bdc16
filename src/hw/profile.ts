/** An architecture profile: which of the four steps of a patch the hardware takes by itself, as data.
 *
 *  Nothing in coresync asks a profile for its name; code asks for one of these properties. */

import type { MemoryModel } from './memoryModel.js';

/** How an instruction cache learns about a change at the point of unification. */
export type IcacheCoherence =
  /** A change at the PoU drops the line in every cpu. */
  | 'coherent'
  /** Only an explicit invalidate does, and it reaches every cpu (`IC IVAU`, inner shareable). */
  | 'broadcast-invalidate'
  /** Only an explicit invalidate does, and it reaches the cpu that executes it (`fence.i`). */
  | 'local-invalidate';

export interface ArchitectureProfile {
  readonly name: string;
  readonly title: string;
  /** Manual, section or kernel file each property below was taken from. */
  readonly source: string;
  /** False where a store has to be cleaned to the PoU before instruction fetch can see it (`DC CVAU`). */
  readonly storesReachPou: boolean;
  readonly icache: IcacheCoherence;
  /** What a core serialization drops: what was decoded, or the icache of the cpu as well (`fence.i`). */
  readonly serializationDrops: 'decoded' | 'decoded-and-own-icache';
  /** Are the cpu's earlier stores visible to everybody once it has serialized? */
  readonly serializationCompletesStores: boolean;
  /** The memory model that comes closest in what it does to stores. */
  readonly stores: Extract<MemoryModel, 'tso' | 'pso'>;
  /** Does the instruction that returns from a system call serialize the core? */
  readonly syscallReturnSerializes: boolean;
  /** Does the instruction that returns from an interrupt serialize the core? */
  readonly interruptReturnSerializes: boolean;
  /** Does loading another address space serialize the core (x86: MOV to CR3)? */
  readonly addressSpaceLoadSerializes: boolean;
  /** How cpus learn that a translation is gone: by an interrupt, or from the hardware (arm64: TLBI, inner shareable). */
  readonly tlbShootdown: 'interrupts' | 'broadcast';
  /** What `sync_core_before_usermode()` is: an instruction to execute, or nothing because the return serializes. */
  readonly syncCoreBeforeUsermode: 'execute' | 'nothing';
  /** Does the kernel offer MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE here (ARCH_HAS_MEMBARRIER_SYNC_CORE)? */
  readonly membarrierSyncCore: boolean;
  /** What these steps are called on this architecture, for reports. */
  readonly instructions: {
    readonly serialize: string;
    readonly clean: string;
    readonly invalidate: string;
    readonly syscallReturn: string;
    readonly interruptReturn: string;
  };
}
