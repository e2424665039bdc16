/** __secure_computing(): a filter answers a system call before the kernel sees it.
 *
 *  Source: Linux kernel/seccomp.c, __seccomp_filter().
 *  Limit: a filter looks at the number of the call alone, and only at these two calls. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EPERM } from './errno.js';
import { doGroupExit, SIGSYS } from './groupExit.js';
import { SLEPT } from './waitQueue.js';

/** What a filter says to a call: SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EPERM, SECCOMP_RET_KILL_PROCESS. */
export type SeccompAction = 'allow' | 'EPERM' | 'kill-process';

export interface SeccompFilter {
  readonly membarrier: SeccompAction;
  readonly flushIcache: SeccompAction;
}

export const NO_FILTER: SeccompFilter = { membarrier: 'allow', flushIcache: 'allow' };

/** A call that the filter does not allow. */
export function* filteredCall(c: Cpu, action: Exclude<SeccompAction, 'allow'>): Routine<number> {
  if (action === 'EPERM') return -EPERM;
  yield* doGroupExit(c, SIGSYS);
  return SLEPT;
}
