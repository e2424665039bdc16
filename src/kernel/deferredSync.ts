/** A serialization that was asked for and is carried out on the way to user mode: TIF_NEED_CORE_SYNC.
 *
 *  The flag is cleared before the core serializes, with interrupts off: whoever sets it again after that finds it
 *  set on the next way out.
 *
 *  Source: linux-kernel, 9 November 2017, set_tsk_need_core_sync(); no kernel ever had it. */
import type { TaskId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';
import { TIF_NEED_CORE_SYNC } from './task.js';

/** set_tsk_need_core_sync() */
export function* setNeedCoreSync(c: Cpu, who: TaskId): Routine {
  if (isNeverOwed(c)) return;
  c.count('syncCoreDeferred');
  yield c.or(c.kernel.task.flags(who), TIF_NEED_CORE_SYNC);
}

/** The same asked of this cpu, whoever goes to user mode there next. Nobody else writes the word, so that it takes no atomic. */
export function* setCpuNeedsCoreSync(c: Cpu): Routine {
  if (isNeverOwed(c)) return;
  c.count('syncCoreDeferred');
  yield c.store(c.kernel.runQueue.needCoreSync(c.id), 1);
}

/** Honours the flag of the current task. `work` is its flags as exit_to_user_mode() read them. */
export function* honourNeedCoreSync(c: Cpu, work: number): Routine {
  if ((work & TIF_NEED_CORE_SYNC) === 0) return;
  yield c.and(c.kernel.task.flags(c.current), ~TIF_NEED_CORE_SYNC);
  c.count('syncCoreHonoured');
  yield* syncOnExit(c);
}

/** Was it asked of this cpu? Then it is not any more. */
export function* takeCpuNeedsCoreSync(c: Cpu): Routine<boolean> {
  const flag = c.kernel.runQueue.needCoreSync(c.id);
  if ((yield c.load(flag)) === 0) return false;
  yield c.store(flag, 0);
  c.count('syncCoreHonoured');
  return true;
}

/** The serialization that was put off. */
export function* syncOnExit(c: Cpu): Routine {
  // (exit-to-user-sync) pairs with (membarrier-call) in membarrier.ts.
  yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.exitToUserSync);
}

/** Where every return to user mode serializes, nothing has to be put off until there. */
function isNeverOwed(c: Cpu): boolean {
  return c.profile.syncCoreBeforeUsermode === 'nothing';
}
