/** synchronize_rcu(): wait until every cpu has left whatever it was doing in the kernel when the wait began.
 *
 *  A cpu's count is odd while it runs something a grace period has to wait for, even while it idles; it grows at
 *  each context switch and at each return to user mode.
 *
 *  Source: Linux kernel/rcu/tree.c (dynticks counters, rcu_note_context_switch, resched_cpu of a holdout).
 *  Limit: the waiter keeps its cpu instead of sleeping; the delay of a real grace period is not modelled. In Linux a grace period
 *  is a full memory barrier for its caller, and on every cpu between its begin and its end; here it is a release on them and
 *  an acquire of the caller. So under weak memory MEMBARRIER_CMD_GLOBAL does not order what it does in Linux. */
import type { Routine } from '../hw/access.js';
import { IRQ_RESCHEDULE } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';

/** A quiescent state of a cpu that goes on working. */
export function* rcuQuiescent(c: Cpu): Routine {
  const { rcuCount } = c.kernel.runQueue;
  yield c.storeRelease(rcuCount(c.id), c.get(rcuCount(c.id)) + 2);
}

/** Nothing that a grace period would have to wait for happens from here to rcuExitIdle(). */
export function* rcuEnterIdle(c: Cpu): Routine {
  const { rcuCount } = c.kernel.runQueue;
  yield c.storeRelease(rcuCount(c.id), c.get(rcuCount(c.id)) + 1);
}

export const rcuExitIdle = rcuEnterIdle;

export function* synchronizeRcu(c: Cpu): Routine {
  const { runQueue } = c.kernel;
  // The caller would sleep here, so its own cpu is quiescent: two that wait do not wait for each other.
  yield* rcuEnterIdle(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (cpu === c.id || c.get(runQueue.online(cpu)) === 0) continue;
    const count = yield c.loadAcquire(runQueue.rcuCount(cpu));
    if ((count & 1) === 0) continue;
    // A cpu in user mode has to come through the kernel once: in Linux the tick does that.
    yield c.sendIpi(cpu, IRQ_RESCHEDULE);
    while ((yield c.waitAtLeast(runQueue.rcuCount(cpu), count + 1)) === 0);
  }
  yield* rcuExitIdle(c);
}
