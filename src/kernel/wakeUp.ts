/** try_to_wake_up(): make a sleeping task runnable, and its cpu notice.
 *
 *  Source: Linux kernel/sched/core.c, try_to_wake_up(), resched_curr(), scheduler_ipi().
 *  Limit: a task is woken on the cpu where it sleeps; only an idle cpu is preempted. */
import type { TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { IRQ_RESCHEDULE } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { enqueueTask } from './runQueue.js';
import { TASK_STATE, TIF_NEED_RESCHED } from './task.js';

/** Called with interrupts off. */
export function* tryToWakeUp(c: Cpu, sleeper: TaskId): Routine {
  const { task, runQueue } = c.kernel;
  const cpu = c.get(task.cpu(sleeper));
  yield c.lock(runQueue.lock(cpu));
  let wakesIdle = false;
  if ((yield c.load(task.state(sleeper))) === TASK_STATE.sleeping) {
    yield c.store(task.state(sleeper), TASK_STATE.running);
    // Still on its cpu, about to call schedule(): the state is all it looks at.
    if (c.get(task.onRunQueue(sleeper)) === 0) {
      enqueueTask(c, cpu, sleeper);
      const curr = yield c.load(runQueue.curr(cpu));
      wakesIdle = curr === c.get(runQueue.idle(cpu));
      if (wakesIdle) yield c.or(task.flags(curr), TIF_NEED_RESCHED);
    }
  }
  yield c.unlock(runQueue.lock(cpu));
  if (wakesIdle && cpu !== c.id) yield c.sendIpi(cpu, IRQ_RESCHEDULE);
}
