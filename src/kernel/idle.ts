/** do_idle(): nothing to run; sleep until an interrupt says otherwise.
 *
 *  Source: Linux kernel/sched/idle.c. The idle task is a kernel thread and stays lazy on whatever mm is
 *  loaded. A cpu that is offline halts here too. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { rcuEnterIdle, rcuExitIdle } from './rcu.js';
import { schedule } from './schedule.js';
import { TIF_NEED_RESCHED } from './task.js';

export function* doIdle(c: Cpu): Routine {
  c.enableInterrupts();
  const isOnline = c.get(c.kernel.runQueue.online(c.id)) !== 0;
  if (isOnline && (yield c.load(c.kernel.task.flags(c.current))) & TIF_NEED_RESCHED) {
    yield* schedule(c);
    return;
  }
  yield* rcuEnterIdle(c);
  yield c.halt();
  yield* rcuExitIdle(c);
}
