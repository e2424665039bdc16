/** The membarrier word of an mm, and what the scheduler does with it.
 *
 *  Source: Linux include/linux/sched/mm.h (MEMBARRIER_STATE_*, membarrier_mm_sync_core_before_usermode). */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';

/** Set when the grace period of the registration is over: the command may be used. */
export const STATE_PRIVATE_EXPEDITED_READY = 1 << 0;
/** Set first: the scheduler takes the mm into account. */
export const STATE_PRIVATE_EXPEDITED = 1 << 1;
export const STATE_PRIVATE_EXPEDITED_SYNC_CORE_READY = 1 << 4;
export const STATE_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 5;

/** Does the scheduler owe this incoming task a serialization? Only where the mm it enters is the borrowed one
 *  (another mm was loaded with a CR3 write) and is registered for SYNC_CORE. */
export function* owesSyncCore(c: Cpu, borrowed: MmId): Routine<boolean> {
  if (c.get(c.kernel.task.mm(c.current)) !== borrowed) return false;
  const state = yield c.load(c.kernel.mm.membarrierState(borrowed));
  return (state & STATE_PRIVATE_EXPEDITED_SYNC_CORE) !== 0;
}

/** membarrier_mm_sync_core_before_usermode(): serialize at once, if registered. */
export function* membarrierMmSyncCoreBeforeUsermode(c: Cpu, borrowed: MmId): Routine {
  if (!(yield* owesSyncCore(c, borrowed))) return;
  // (finish-task-switch-sync) pairs with (membarrier-call) in membarrier.ts: this cpu ran a kernel thread and
  // was not interrupted, so it serializes here.
  yield* syncCoreBeforeUsermode(c, borrowed, POINT.finishTaskSwitchSync);
}
