/** kthread_use_mm(), kthread_unuse_mm(): a kernel thread works on user memory for a while.
 *
 *  It never goes to user mode, so it never executes user code; but its accesses to user memory count for the
 *  barriers of membarrier.
 *
 *  Source: Linux kernel/kthread.c (618758ed3a4f). */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { membarrierUpdateCurrentMm } from './membarrierMm.js';
import { POINT } from './orderingPoints.js';
import { enterLazyTlb, switchMm } from './switchMm.js';

export function* kthreadUseMm(c: Cpu, own: MmId): Routine<number> {
  const { task, mm } = c.kernel;
  const current = c.current;
  const borrowed = c.get(task.activeMm(current));
  c.disableInterrupts();
  yield c.add(mm.count(own), 1);
  c.set(task.activeMm(current), own);
  yield c.store(task.mm(current), own);
  yield* membarrierUpdateCurrentMm(c, own);
  yield* switchMm(c, own);
  c.enableInterrupts();
  // (kthread-use-mm) pairs with (membarrier-entry) in membarrier.ts: the barrier of the mmdrop() that follows.
  yield c.fence(POINT.kthreadUseMm);
  yield c.add(mm.count(borrowed), -1);
  return 0;
}

export function* kthreadUnuseMm(c: Cpu): Routine<number> {
  const { task } = c.kernel;
  c.disableInterrupts();
  // (kthread-unuse-mm) pairs with (membarrier-exit) in membarrier.ts.
  yield c.fence(POINT.kthreadUnuseMm);
  yield c.store(task.mm(c.current), 0);
  yield* membarrierUpdateCurrentMm(c, 0);
  yield* enterLazyTlb(c);
  c.enableInterrupts();
  return 0;
}
