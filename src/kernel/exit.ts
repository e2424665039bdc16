/** do_exit(): a task is done. exit_mm() makes it a task without an address space first.
 *
 *  Source: Linux kernel/exit.c, do_exit(), exit_mm(). */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { membarrierUpdateCurrentMm } from './membarrierMm.js';
import { POINT } from './orderingPoints.js';
import { schedule } from './schedule.js';
import { enterLazyTlb } from './switchMm.js';
import { TASK_STATE } from './task.js';

export function* doExit(c: Cpu): Routine {
  const { task, mm, run } = c.kernel;
  const current = c.current;
  const own = c.get(task.mm(current));
  c.disableInterrupts();
  if (own !== 0) {
    // The reference of a borrower, before the reference of a user goes.
    yield c.add(mm.count(own), 1);
    // (exit-mm) pairs with (membarrier-exit) in membarrier.ts: what the task did in user mode is visible
    // before membarrier can skip this cpu.
    yield c.fence(POINT.exitMm);
    yield c.store(task.mm(current), 0);
    yield* membarrierUpdateCurrentMm(c, 0);
    yield* enterLazyTlb(c);
    if ((yield c.addReturn(mm.users(own), -1)) === 1) yield c.addReturn(mm.count(own), -1);
  }
  yield c.store(task.state(current), TASK_STATE.dead);
  yield c.add(run.liveTasks(0), -1);
  yield* schedule(c);
}
