/** A serialization that was asked for and is carried out on the way to user mode: TIF_NEED_CORE_SYNC.
 *
 *  The flag is cleared before the core serializes, with interrupts off: whoever sets it again after that finds it
 *  set on the next way out.
 *
 *  Source: linux-kernel, 9 November 2017, set_tsk_need_core_sync(); no kernel ever had it. */
import type { TaskId, WordAddress } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';
import { TIF_NEED_CORE_SYNC } from './task.js';

/** set_tsk_need_core_sync() */
export function* setNeedCoreSync(c: Cpu, who: TaskId): Routine {
  c.count('syncCoreDeferred');
  yield c.or(c.kernel.task.flags(who), TIF_NEED_CORE_SYNC);
}

/** Honours the flag of the current task. `work` is its flags as exit_to_user_mode() read them. */
export function* honourNeedCoreSync(c: Cpu, work: number): Routine {
  if ((work & TIF_NEED_CORE_SYNC) === 0) return;
  yield* clearAndSync(c, c.kernel.task.flags(c.current), ~TIF_NEED_CORE_SYNC);
}

/** Clears the request in `flags` and serializes. */
export function* clearAndSync(c: Cpu, flags: WordAddress, keep: number): Routine {
  yield c.and(flags, keep);
  c.count('syncCoreHonoured');
  // (exit-to-user-sync) pairs with (membarrier-call) in membarrier.ts.
  yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.exitToUserSync);
}
