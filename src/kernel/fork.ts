/** fork(2) and clone(CLONE_VM): starts a task that was declared at boot.
 *
 *  A child with an mm of its own gets a copy of the parent's, and with it the membarrier registration: there is no
 *  fork hook. A child that shares the mm is a thread.
 *
 *  Source: Linux kernel/fork.c, copy_mm(), dup_mm().
 *  Limit: code memory is not copied; parent and child see each other's patches. */
import type { TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EINVAL } from './errno.js';
import { TASK_MODE, TASK_STATE } from './task.js';
import { activateTask } from './wakeUp.js';

/** @returns the child's id, or -EINVAL where it is running already. */
export function* fork(c: Cpu, child: TaskId): Routine<number> {
  const { task, mm, run } = c.kernel;
  if ((yield c.load(task.state(child))) !== TASK_STATE.unborn) return -EINVAL;
  const own = c.currentMm;
  const childMm = c.get(task.activeMm(child));
  if (childMm !== own) {
    // dup_mm() copies the structure; nothing looks at the copy yet.
    c.set(mm.membarrierState(childMm), yield c.load(mm.membarrierState(own)));
  }
  if ((yield c.add(mm.users(childMm), 1)) === 0) yield c.add(mm.count(childMm), 1);
  yield c.store(task.mm(child), childMm);
  // ret_from_fork(): it goes straight to user mode.
  c.set(task.mode(child), TASK_MODE.exiting);
  yield c.add(run.liveTasks(0), 1);
  yield c.store(task.state(child), TASK_STATE.running);
  c.disableInterrupts();
  yield* activateTask(c, child, c.get(task.cpu(child)));
  c.enableInterrupts();
  return child;
}
