/** What kind of Linux this is: its build options, its boot options, and which historical fixes it has.
 *
 *  Each field is one decision that the code asks about; a preset (kernelPresets.ts) is a set of them.
 *  Memory barriers that a fix added have an id of their own and are listed in `missingPoints`.
 *  Source: the commits named at each field, linux/kernel/sched/membarrier.c and kernel/sched/core.c. */

import type { SeccompFilter } from './seccomp.js';

export interface KernelConfig {
  readonly name: string;
  readonly title: string;
  /** CONFIG_MEMBARRIER: without it the call is ENOSYS. */
  readonly membarrier: boolean;
  /** CONFIG_RSEQ: without it the RSEQ commands do not exist. */
  readonly rseq: boolean;
  /** Booted with nohz_full: GLOBAL is EINVAL, because its grace period would not reach those cpus. */
  readonly nohzFull: boolean;
  /** Commands that this kernel has, as a bit mask, before the build options above take theirs away. */
  readonly commands: number;
  /** Must a process register before PRIVATE_EXPEDITED (a961e40917fb)? */
  readonly privateNeedsRegistration: boolean;
  /** SYNC_CORE handler: a plain barrier that counts on the interrupt return, or a barrier and sync_core()
   *  (758c9373d841). */
  readonly syncCoreIpi: 'implicit' | 'explicit';
  /** sync_core_before_usermode() does nothing in interrupt context, counting on IRET (removed by a493d1ca1a03). */
  readonly inIrqShortcut: boolean;
  /** Is the caller's own cpu among the targets of SYNC_CORE (e45cdc71d1fa)? */
  readonly syncCoreCaller: 'included' | 'skipped';
  /** Does SYNC_CORE serialize the cpus that it interrupts, or only do there what PRIVATE_EXPEDITED does, and say that it
   *  did? No Linux did the latter. */
  readonly syncCoreCommand: 'serializes' | 'memory-barrier';
  /** Does SYNC_CORE return early when the mm has a single user, as the plain command does? No kernel did; it was
   *  caught in review of the 2020 series. */
  readonly syncCoreSingleUserShortcut: boolean;
  /** How mm_users is read where a single user makes the command superfluous. Every Linux reads it with no order: where the
   *  return to user mode orders no loads either (riscv), a load behind the call may come before what the other user did
   *  last. */
  readonly singleUserTest: 'atomic_read' | 'atomic_read_acquire';
  /** Is the READY bit set only after every cpu has been through the scheduler (3ccfebedd8cf)? `ready-first` sets it
   *  even before the intent bit; no kernel did. */
  readonly registration: 'two-phase' | 'one-phase' | 'ready-first';
  /** Does registering tell the registering cpu's own run queue as well (ce29ddc47b91, in the stable kernels from 5.4 on)? */
  readonly registrationCaller: 'included' | 'skipped';
  /** Does rq->membarrier_state follow exit_mm(), kthread_use_mm() and kthread_unuse_mm() as well (5bc78502322a, 618758ed3a4f)? */
  readonly runQueueState: 'every-change-of-mm' | 'context-switch';
  /** membarrier_switch_mm(): does a cpu that goes back to the mm which it has borrowed look at its word? No Linux since 5.4, which
   *  gave each run queue a copy, does; before, the word of the mm itself was read. */
  readonly membarrierSwitchMm: 'skips-same-mm' | 'looks-always';
  /** Which READY bit makes a registration superfluous: its own, or that of any private command (fc0d77387cb5)? */
  readonly registrationTests: 'own-ready-bit' | 'any-ready-bit';
  /** Is rq->curr stored before the address space is loaded, or after it? No kernel did the latter: a cpu that
   *  membarrier skips because of the old rq->curr would have loaded it already. */
  readonly currStored: 'before-switch-mm' | 'after-switch-mm';
  /** Does finish_task_switch() look at the mm that goes on, or at the lazy mm that was dropped (2840cf02fae6)? */
  readonly finishTaskSwitchTests: 'current-mm' | 'dropped-mm';
  /** Are expedited calls serialized by a mutex (944d5fe50f3f)? */
  readonly ipiMutex: boolean;
  /** Entering a kernel thread switches to init_mm at once (x86 with PCID, 4.14 to 4.19), or stays lazy. */
  readonly lazyTlb: 'deferred' | 'immediate';
  /** Does a fatal signal end a wait (TASK_KILLABLE), or does it have to wait as well (TASK_UNINTERRUPTIBLE)? */
  readonly waits: 'uninterruptible' | 'killable';
  /** What a filter makes of the calls that the process does. */
  readonly seccomp: SeccompFilter;
  /** Ids of ordering points that this kernel does not have yet. */
  readonly missingPoints: readonly string[];
}
