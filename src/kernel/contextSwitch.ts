/** context_switch(): the four cases of switching between kernel threads and user tasks.
 *
 *      kernel -> kernel   lazy: hand the borrowed mm on
 *        user -> kernel   lazy: borrow prev's mm, take a reference
 *      kernel ->   user   switch_mm; finish_task_switch() drops the borrowed mm
 *        user ->   user   switch_mm
 *
 *  Source: Linux kernel/sched/core.c, context_switch(); arch/x86/mm/tlb.c, enter_lazy_tlb(). */
import type { TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { finishTaskSwitch } from './finishTaskSwitch.js';
import { membarrierSwitchMm } from './membarrierMm.js';
import { enterLazyTlb, switchMm } from './switchMm.js';

/** Called with the run queue locked and `rq->curr` already stored (unless the kernel stores it late); returns with it
 *  unlocked. */
export function* contextSwitch(c: Cpu, prev: TaskId, next: TaskId): Routine {
  const { runQueue, task, mm } = c.kernel;
  const prevActiveMm = c.get(task.activeMm(prev));
  const prevIsUser = c.get(task.mm(prev)) !== 0;
  const nextMm = c.get(task.mm(next));
  if (nextMm === 0) {
    yield* enterLazyTlb(c);
    c.set(task.activeMm(next), prevActiveMm);
    if (prevIsUser) yield c.add(mm.count(prevActiveMm), 1);
    else c.set(task.activeMm(prev), 0);
  } else {
    yield* membarrierSwitchMm(c, prevActiveMm, nextMm);
    yield* switchMm(c, nextMm);
    if (!prevIsUser) {
      c.set(runQueue.prevMm(c.id), prevActiveMm + 1);
      c.set(task.activeMm(prev), 0);
    }
  }
  if (c.config.currStored === 'after-switch-mm') yield c.store(runQueue.curr(c.id), next);
  yield* finishTaskSwitch(c, prev);
}
