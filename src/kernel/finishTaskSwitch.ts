/** finish_task_switch(): what is left to do on the new task's behalf once the switch has happened.
 *
 *  Source: Linux kernel/sched/core.c, finish_task_switch(). The call of the policy stands where
 *  membarrier_mm_sync_core_before_usermode() stands there.
 *  Limit: a task that is to migrate is put on the other run queue here, by the cpu it leaves; Linux switches to a
 *  stopper thread for that. */
import type { TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { TASK_STATE } from './task.js';
import { activateTask } from './wakeUp.js';

export function* finishTaskSwitch(c: Cpu, prev: TaskId): Routine {
  const { runQueue, mm, task } = c.kernel;
  // Set only by kernel thread -> user: the mm that was borrowed until now.
  const borrowed = c.get(runQueue.prevMm(c.id)) - 1;
  c.set(runQueue.prevMm(c.id), 0);
  const movesTo = c.get(task.cpu(prev));
  const moves = movesTo !== c.id && (yield c.load(task.state(prev))) === TASK_STATE.running;
  yield c.unlock(runQueue.lock(c.id));
  if (moves) yield* activateTask(c, prev, movesTo);
  c.enableInterrupts();
  if (c.currentMm === 0) return;
  if (borrowed >= 0 && c.currentMm === borrowed) c.count('lazyReturns');
  if (c.policy.finishTaskSwitch) yield* c.policy.finishTaskSwitch(c, borrowed);
  if (borrowed < 0) return;
  // mmdrop(). (finish-task-switch-mmdrop) pairs with (membarrier-entry) in membarrier.ts: its atomic is the
  // full barrier between the store of rq->curr and user mode.
  yield c.fence(POINT.mmdrop);
  yield c.add(mm.count(borrowed), -1);
}
