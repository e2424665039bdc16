/** A kernel that says no: what a JIT finds where membarrier(2) is older, filtered, forbidden, or a lie.
 *
 *  Laid over a kernel preset. The answers are recorded with their source, and a test holds the kernel to them. */
import type { KernelConfig } from './kernelConfig.js';

/** What a process is told: 0, an error, or nothing any more. */
export type Answer = 'ok' | 'EPERM' | 'EINVAL' | 'ENOSYS' | 'SIGSYS';

export interface KernelOverlay {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  readonly over: (kernel: KernelConfig) => KernelConfig;
  /** Does the process register at start-up? `never`: nobody has called the initialization of the library that does. */
  readonly registers: 'as-programmed' | 'never';
  /** The publication protocol that finds out. */
  readonly shownWith: string;
  readonly answers: {
    /** To MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE. */
    readonly register: Answer;
    /** To MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, and once the process has registered after all. */
    readonly syncCore: Answer;
    readonly syncCoreOnceRegistered: Answer;
    /** Where it is `ok`: does it do what it is for? */
    readonly syncCoreSerializes: 'yes' | 'no';
    /** To MEMBARRIER_CMD_GLOBAL. */
    readonly global: Answer;
    /** To riscv_flush_icache(2). */
    readonly flushIcache: Answer;
  };
}
