/** do_group_exit(): a signal ends a process: the task that it is delivered to, and every other task of the address space.
 *
 *  Source: Linux kernel/exit.c, do_group_exit(); kernel/signal.c, zap_other_threads(), signal_wake_up_state();
 *  kernel/sched/core.c, kick_process().
 *  Limit: no handlers, so each of these signals is fatal; tasks are told apart by their address space alone. A user
 *  function that is in the middle of a WebAssembly frame ends when it returns. */
import type { MmId, TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { IRQ_RESCHEDULE } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { doExit } from './exit.js';
import { TASK_STATE, TIF_SIGPENDING, WAKES } from './task.js';
import { tryToWakeUp } from './wakeUp.js';

export const SIGABRT = 6;
export const SIGSYS = 31;
const SIGKILL = 9;

/** The current task ends here; the others of its process on their way to user mode. */
export function* doGroupExit(c: Cpu, signal: number): Routine {
  const { task } = c.kernel;
  const current = c.current;
  const own = c.currentMm;
  c.disableInterrupts();
  yield c.store(task.exitSignal(current), signal);
  for (let other = 0; other < c.kernel.tasks; other++) {
    if (other !== current) yield* kill(c, other, own);
  }
  yield* doExit(c);
}

function* kill(c: Cpu, victim: TaskId, own: MmId): Routine {
  const { task, runQueue } = c.kernel;
  if ((yield c.load(task.mm(victim))) !== own) return;
  const state = yield c.load(task.state(victim));
  if (state === TASK_STATE.dead || state === TASK_STATE.unborn) return;
  yield c.store(task.exitSignal(victim), SIGKILL);
  // Before the state is looked at: a victim that goes to sleep stores its state first, and then looks at its flags.
  yield c.or(task.flags(victim), TIF_SIGPENDING);
  // One that waits for something else, as a mutex, goes on waiting, and dies after it: it is in a list of waiters.
  if (yield* tryToWakeUp(c, victim, WAKES.kill)) return;
  // kick_process(): one that runs user code comes through the kernel, and ends on its way back. One that does not run does so
  // when it is switched in; one that is moved meanwhile is in a system call, and does so as well.
  const cpu = c.get(task.cpu(victim));
  if (cpu !== c.id && (yield c.load(runQueue.curr(cpu))) === victim) yield c.sendIpi(cpu, IRQ_RESCHEDULE);
}
