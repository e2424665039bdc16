/** do_idle(): nothing to run; sleep until an interrupt says otherwise.
 *
 *  Source: Linux kernel/sched/idle.c. The idle task is a kernel thread and stays lazy on whatever mm is
 *  loaded. A cpu that is offline halts here too. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { rcuEnterIdle, rcuExitIdle } from './rcu.js';
import { schedule } from './schedule.js';
import { TIF_NEED_RESCHED } from './task.js';

export function* doIdle(c: Cpu): Routine {
  const { runQueue } = c.kernel;
  const isOnline = c.get(runQueue.online(c.id)) !== 0;
  if (isOnline && c.get(runQueue.hasStarted(c.id)) === 0) {
    // (cpu-start) pairs with (membarrier-entry) in membarrier.ts: an offline cpu is skipped.
    c.set(runQueue.hasStarted(c.id), 1);
    yield c.serialize(POINT.cpuStart);
  }
  // Off from the check to the halt: an interrupt taken in between would set the flag and be gone, and the cpu
  // would sleep on it. A halt ends with the interrupt pending.
  c.disableInterrupts();
  if (isOnline && (yield c.load(c.kernel.task.flags(c.current))) & TIF_NEED_RESCHED) {
    yield* schedule(c);
    return;
  }
  yield* rcuEnterIdle(c);
  yield c.halt();
  yield* rcuExitIdle(c);
  c.enableInterrupts();
  yield c.load(c.hw.cpu.doorbell(c.id)); // a place for the interrupt to be taken
}
