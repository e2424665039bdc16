/** exit_to_user_mode(): the last thing the kernel does before user code runs.
 *
 *  Source: Linux kernel/entry/common.c, exit_to_user_mode_loop(), exit_to_user_mode_prepare(). */
import type { Routine } from '../hw/access.js';
import { RETURN_KIND, type ReturnKind } from '../hw/accessBuilder.js';
import type { Cpu } from './cpu.js';
import { doExit } from './exit.js';
import { POINT } from './orderingPoints.js';
import { rcuQuiescent } from './rcu.js';
import { schedule } from './schedule.js';
import { TASK_MODE, TIF_NEED_RESCHED, TIF_SIGPENDING } from './task.js';

/** Returns in user mode, or after schedule(): then the task that was switched in goes on in its own mode. */
export function* exitToUserMode(c: Cpu): Routine {
  const { task } = c.kernel;
  const current = c.current;
  c.disableInterrupts();
  const work = yield c.load(task.flags(current));
  if (work & TIF_NEED_RESCHED) {
    yield* schedule(c);
    return;
  }
  if (work & TIF_SIGPENDING) {
    yield* doExit(c);
    return;
  }
  yield* returnToUserMode(c, work);
}

/** @param work flags of the task, as read with interrupts off. */
export function* returnToUserMode(c: Cpu, work: number): Routine {
  const { task } = c.kernel;
  const current = c.current;
  // Interrupts stay off from here to user mode: what a policy does now cannot be undone by another task.
  if (c.policy.exitToUserMode) yield* c.policy.exitToUserMode(c, work);
  yield* rcuQuiescent(c);
  c.set(task.mode(current), TASK_MODE.user);
  const kind = c.get(task.returnKind(current)) as ReturnKind;
  // (syscall-return) pairs with (membarrier-entry) in membarrier.ts.
  // (interrupt-return) pairs with (membarrier-entry) in membarrier.ts and (kick-all-cpus) in kickAllCpus.ts.
  yield c.returnToUser(kind, kind === RETURN_KIND.syscall ? POINT.syscallReturn : POINT.interruptReturn);
}
