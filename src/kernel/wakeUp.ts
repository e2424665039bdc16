/** try_to_wake_up() and wake_up_new_task(): make a task runnable, and its cpu notice.
 *
 *  Source: Linux kernel/sched/core.c, try_to_wake_up(), activate_task(), resched_curr(), scheduler_ipi().
 *  Limit: a task is woken on the cpu it is assigned to; it takes the cpu from the idle task at once, from a task of
 *  lower priority when that leaves the kernel next (PREEMPT_LAZY). */
import type { CpuId, TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { IRQ_RESCHEDULE } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { enqueueTask } from './runQueue.js';
import { TASK_STATE, TIF_NEED_RESCHED } from './task.js';

/** Called with interrupts off.
 *  @param by one of WAKES.
 *  @returns whether it slept. */
export function* tryToWakeUp(c: Cpu, sleeper: TaskId, by: number): Routine<boolean> {
  const { task, runQueue } = c.kernel;
  const cpu = c.get(task.cpu(sleeper));
  yield c.lock(runQueue.lock(cpu));
  if (((yield c.load(task.state(sleeper))) & by) === 0) {
    yield c.unlock(runQueue.lock(cpu));
    return false;
  }
  yield c.store(task.state(sleeper), TASK_STATE.running);
  // Still on its cpu, about to call schedule()? Then the state is all it looks at.
  const wasQueued = c.get(task.onRunQueue(sleeper)) !== 0;
  if (!wasQueued) enqueueTask(c, cpu, sleeper);
  yield* unlockAndResched(c, cpu, sleeper, wasQueued ? 'already-there' : 'enqueued');
  return true;
}

/** Puts a runnable task that is on no queue on the queue of `cpu`. Called with interrupts off. */
export function* activateTask(c: Cpu, runnable: TaskId, cpu: CpuId): Routine {
  yield c.lock(c.kernel.runQueue.lock(cpu));
  enqueueTask(c, cpu, runnable);
  yield* unlockAndResched(c, cpu, runnable, 'moved-in');
}

/** How a task came to this cpu. */
type Arrival = 'enqueued' | 'moved-in' | 'already-there';

function* unlockAndResched(c: Cpu, cpu: CpuId, woken: TaskId, how: Arrival): Routine {
  const { task, runQueue } = c.kernel;
  let rings = false;
  if (how !== 'already-there') {
    const curr = yield c.load(runQueue.curr(cpu));
    const wakesIdle = curr === c.get(runQueue.idle(cpu));
    const preempts = wakesIdle || c.get(task.priority(woken)) > c.get(task.priority(curr));
    if (preempts) yield c.or(task.flags(curr), TIF_NEED_RESCHED);
    // As PREEMPT_LAZY does it: a wake-up does not interrupt a running task, which notices on its next way out of
    // the kernel. A task that is moved here (migration/N, a stopper) does.
    rings = (wakesIdle || (preempts && how === 'moved-in')) && cpu !== c.id;
  }
  yield c.unlock(runQueue.lock(cpu));
  if (rings) yield c.sendIpi(cpu, IRQ_RESCHEDULE);
}
