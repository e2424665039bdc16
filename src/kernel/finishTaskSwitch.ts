/** finish_task_switch(): what is left to do on the new task's behalf once the switch has happened.
 *
 *  Source: Linux kernel/sched/core.c, finish_task_switch(). The call of the policy stands where
 *  membarrier_mm_sync_core_before_usermode() stands there. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';

export function* finishTaskSwitch(c: Cpu): Routine {
  const { runQueue, mm } = c.kernel;
  // Set only by kernel thread -> user: the mm that was borrowed until now.
  const borrowed = c.get(runQueue.prevMm(c.id)) - 1;
  c.set(runQueue.prevMm(c.id), 0);
  yield c.unlock(runQueue.lock(c.id));
  c.enableInterrupts();
  if (borrowed < 0) return;
  if (c.get(c.kernel.task.mm(c.current)) === borrowed) c.count('lazyReturns');
  if (c.policy.finishTaskSwitch) yield* c.policy.finishTaskSwitch(c, borrowed);
  // mmdrop(). (finish-task-switch-mmdrop) pairs with (membarrier-entry) in membarrier.ts: its atomic is the
  // full barrier between the store of rq->curr and user mode.
  yield c.add(mm.count(borrowed), -1);
}
