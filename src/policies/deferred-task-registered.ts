/** TIF_NEED_CORE_SYNC on the incoming task, if its mm is registered; honoured on the way to user mode.
 *
 *  The flag is set on the task that was switched in, not on whoever an interrupt hits, and it is cleared with
 *  interrupts off after the last point at which another task could take the cpu. */
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { POINT } from '../kernel/orderingPoints.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../kernel/syncCoreBeforeUsermode.js';
import { TIF_NEED_CORE_SYNC } from '../kernel/task.js';

export const policy: SerializationPolicy = {
  name: 'deferred-task-registered',
  summary: 'a task flag on kernel thread -> user of a registered mm, honoured on exit to user mode',
  source: 'linux-kernel, 9 November 2017, set_tsk_need_core_sync(); never merged',
  *finishTaskSwitch(c, borrowed) {
    if (!(yield* owesSyncCore(c, borrowed))) return;
    c.count('syncCoreDeferred');
    yield c.or(c.kernel.task.flags(c.current), TIF_NEED_CORE_SYNC);
  },
  *exitToUserMode(c, work) {
    if ((work & TIF_NEED_CORE_SYNC) === 0) return;
    const { task } = c.kernel;
    yield c.and(task.flags(c.current), ~TIF_NEED_CORE_SYNC);
    c.count('syncCoreHonoured');
    // (exit-to-user-sync) pairs with (membarrier-call) in membarrier.ts.
    yield* syncCoreBeforeUsermode(c, c.get(task.mm(c.current)), POINT.exitToUserSync);
  },
};
