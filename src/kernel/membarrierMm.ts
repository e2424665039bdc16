/** The membarrier word of an mm, and what the scheduler does with it.
 *
 *  Bits come in pairs: the *intent* bit is set first and is what the scheduler and targets test; the READY bit is
 *  set when every cpu has been through the scheduler, and is what the command itself tests.
 *
 *  Source: Linux include/linux/sched/mm.h (MEMBARRIER_STATE_*, membarrier_mm_sync_core_before_usermode),
 *  kernel/sched/membarrier.c (membarrier_exec_mmap, membarrier_update_current_mm), kernel/sched/sched.h
 *  (membarrier_switch_mm). */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';

export const STATE = {
  privateExpeditedReady: 1 << 0,
  privateExpedited: 1 << 1,
  globalExpeditedReady: 1 << 2,
  globalExpedited: 1 << 3,
  syncCoreReady: 1 << 4,
  syncCore: 1 << 5,
  rseqReady: 1 << 6,
  rseq: 1 << 7,
} as const;

/** Does the scheduler owe this incoming task a serialization? Only where the mm it enters is the borrowed one
 *  (another mm was loaded with an address-space load) and is registered for SYNC_CORE. */
export function* owesSyncCore(c: Cpu, borrowed: MmId): Routine<boolean> {
  if (borrowed < 0) return false;
  if (c.config.finishTaskSwitchTests === 'current-mm' && c.currentMm !== borrowed) return false;
  return ((yield c.load(c.kernel.mm.membarrierState(borrowed))) & STATE.syncCore) !== 0;
}

/** membarrier_mm_sync_core_before_usermode(): serialize at once, if registered. */
export function* membarrierMmSyncCoreBeforeUsermode(c: Cpu, borrowed: MmId): Routine {
  if (!(yield* owesSyncCore(c, borrowed))) return;
  // (finish-task-switch-sync) pairs with (membarrier-call) in membarrier.ts: this cpu ran a kernel thread and
  // was not interrupted, so it serializes here.
  yield* syncCoreBeforeUsermode(c, borrowed, POINT.finishTaskSwitchSync);
}

/** membarrier_switch_mm(): on the way from one mm to another. A cpu that goes to a thread of the mm it has borrowed keeps its
 *  copy, which may be an old one: whoever registers tells only cpus that run one of its tasks, and exit_mm() writes 0. */
export function* membarrierSwitchMm(c: Cpu, prev: MmId, next: MmId): Routine {
  if (prev === next && c.config.membarrierSwitchMm === 'skips-same-mm') return;
  yield* membarrierUpdateRunQueue(c, next);
}

/** membarrier_update_current_mm(): the current task has another mm now; 0 for none. */
export function* membarrierUpdateCurrentMm(c: Cpu, mm: MmId): Routine {
  if (c.config.runQueueState === 'every-change-of-mm') yield* membarrierUpdateRunQueue(c, mm);
}

/** This cpu's copy of the word becomes that of the mm. */
export function* membarrierUpdateRunQueue(c: Cpu, mm: MmId): Routine {
  const { runQueue, mm: mms } = c.kernel;
  const state = mm === 0 ? 0 : yield c.load(mms.membarrierState(mm));
  if (c.get(runQueue.membarrierState(c.id)) === state) return;
  yield c.store(runQueue.membarrierState(c.id), state);
}
