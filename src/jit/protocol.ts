/** A publication protocol: what a JIT does to replace code that others may be executing, and what those others do.
 *
 *  Step lists are data, one file each in src/jit/protocols; a scenario says where in a program they go. What should come
 *  of a protocol is recorded with it, profile by profile, from its source and never from what came out here.
 *
 *  Limit: the code is at an address that has been executed before. Memory that was never mapped for execution cannot have
 *  been fetched, so a first publication is safer than what is judged here. */
import type { MemoryModel } from '../hw/memoryModel.js';

export type WriterStep =
  /** Rewrite the site's bytes in place. */
  | 'store'
  /** Clean the site's lines to the PoU. */
  | 'clean'
  /** Invalidate the site's lines in the icaches. */
  | 'invalidate'
  /** __builtin___clear_cache(): whatever the architecture takes for fetches from memory to see the site's stores, on every
   *  cpu: clean and invalidate, or riscv_flush_icache(2); and a data barrier. */
  | 'clear-cache'
  /** The same by a stride that is too large for this core: every other line is left out. */
  | 'clear-cache-wide-stride'
  /** The same with the flag that confines riscv_flush_icache(2) to the calling hart. */
  | 'clear-cache-local'
  /** A full memory barrier (MFENCE, DMB ISH). */
  | 'fence'
  /** membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE). */
  | 'membarrier-sync-core'
  /** membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED): a memory barrier, by contract. */
  | 'membarrier-private'
  /** membarrier(MEMBARRIER_CMD_GLOBAL): a grace period. */
  | 'membarrier-global'
  /** mprotect(2) of the site's page: no longer executable, but writable; and back. */
  | 'mprotect-write'
  | 'mprotect-exec'
  /** Ask every executor to do its part, and wait until all have said so. */
  | 'request'
  | 'await-acknowledgements'
  /** Patch a direct branch so that it leads to the new code, and make that visible to fetches. */
  | 'store-branch'
  | 'clear-cache-branch'
  /** Claim that whoever comes to the code from now on executes the new version. */
  | 'promise';

export type ExecutorStep =
  /** Learn of the new code from a pointer or a flag, which the writer sets last. */
  | 'await-pointer'
  /** Load the pointer once; only the jump depends on it, and goes elsewhere where it is old. */
  | 'load-pointer'
  /** The same inside a system call that waits: comes back by the system call return. */
  | 'await-pointer-in-kernel'
  /** Learn that the writer asks for something, and say that it is done. */
  | 'await-request'
  | 'acknowledge'
  /** A full memory barrier: orders data, not fetches. */
  | 'fence'
  /** Serialize, after what comes before (a control dependency and ISB; CPUID; fence.i). */
  | 'serialize'
  /** Jump to the code through the pointer. */
  | 'jump'
  /** Execute a direct branch, and the new code if it leads there. */
  | 'branch';

/** What a source says about a protocol on one profile. */
export interface RecordedVerdict {
  readonly verdict: 'safe' | 'stale' | 'torn';
  /** Where the manual gives no promise and shipping parts keep one all the same: what those do. */
  readonly inPractice?: 'safe' | 'stale';
  /** How sure the source is. */
  readonly confidence: 'high' | 'medium' | 'low';
}

export interface PublicationProtocol {
  readonly name: string;
  readonly summary: string;
  /** Who publishes like this, or where the protocol is described. */
  readonly source: string;
  readonly writer: readonly WriterStep[];
  /** Where left out, executors learn from a pointer and jump. */
  readonly executor?: readonly ExecutorStep[];
  /** How the site lies, where that is what the protocol is about. */
  readonly placement?: 'across-word' | 'across-line';
  /** The memory model that it takes to judge it, where that is not the one that comes closest to the profile. */
  readonly memory?: MemoryModel;
  /** By profile; nothing is recorded for those left out. */
  readonly recorded?: Readonly<Record<string, RecordedVerdict>>;
}

export const LEARN_AND_JUMP: readonly ExecutorStep[] = ['await-pointer', 'jump'];
