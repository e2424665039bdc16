/** execve(2): the task goes on in a new address space, and its membarrier registration is gone.
 *
 *  Source: Linux fs/exec.c, exec_mmap(); kernel/sched/membarrier.c, membarrier_exec_mmap(). */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { switchMm } from './switchMm.js';

/** @param next an mm that was declared at boot and has no users. */
export function* exec(c: Cpu, next: MmId): Routine<number> {
  const { task, mm, runQueue } = c.kernel;
  const current = c.current;
  const old = c.currentMm;
  c.disableInterrupts();
  // membarrier_exec_mmap(): before current->mm changes, like (exit-mm) in exit.ts.
  yield c.fence(POINT.exitMm);
  yield c.store(mm.membarrierState(next), 0);
  yield c.store(runQueue.membarrierState(c.id), 0);
  if ((yield c.addReturn(mm.users(next), 1)) === 0) yield c.add(mm.count(next), 1);
  yield c.store(task.mm(current), next);
  c.set(task.activeMm(current), next);
  yield* switchMm(c, next);
  if ((yield c.addReturn(mm.users(old), -1)) === 1) yield c.addReturn(mm.count(old), -1);
  c.enableInterrupts();
  return 0;
}
