/** __schedule(): give this cpu to the next task.
 *
 *  Source: Linux kernel/sched/core.c, __schedule().
 *  Limit: a routine may call schedule() only as the last thing it does: the task that was switched out keeps no
 *  stack here, and what runs after the call runs on behalf of the task that was switched in. */
import type { Routine } from '../hw/access.js';
import { contextSwitch } from './contextSwitch.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { rcuQuiescent } from './rcu.js';
import { enqueueTask, pickNextTask } from './runQueue.js';
import { TASK_MODE, TASK_STATE, TIF_NEED_RESCHED } from './task.js';

export function* schedule(c: Cpu): Routine {
  const { runQueue, task } = c.kernel;
  const prev = c.current;
  c.disableInterrupts();
  yield c.lock(runQueue.lock(c.id));
  // (schedule-entry) pairs with (membarrier-exit) in membarrier.ts: what prev did in user mode is visible
  // before membarrier can see that it is gone.
  yield c.fence(POINT.scheduleEntry);
  yield c.and(task.flags(prev), ~TIF_NEED_RESCHED);
  yield* rcuQuiescent(c);
  const sleeps = (yield c.load(task.state(prev))) !== TASK_STATE.running;
  // A task that is to migrate is put on the other queue when it is off this cpu, in finish_task_switch().
  if (sleeps || c.get(task.cpu(prev)) !== c.id) c.set(task.onRunQueue(prev), 0);
  else if (c.get(task.mode(prev)) !== TASK_MODE.idle) enqueueTask(c, c.id, prev);
  const next = pickNextTask(c);
  if (next === prev) {
    yield c.unlock(runQueue.lock(c.id));
    c.enableInterrupts();
    return;
  }
  c.count('contextSwitches');
  if (c.config.currStored === 'before-switch-mm') yield c.store(runQueue.curr(c.id), next);
  yield* contextSwitch(c, prev, next);
}
