/** membarrier(2): the registration and the SYNC_CORE command.
 *
 *  Source: Linux kernel/sched/membarrier.c, membarrier_private_expedited(),
 *  membarrier_register_private_expedited().
 *  Limit: of the commands only REGISTER_PRIVATE_EXPEDITED_SYNC_CORE and PRIVATE_EXPEDITED_SYNC_CORE exist yet;
 *  the registration does not wait for a grace period, so it has to come before the first use. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EINVAL, EPERM } from './errno.js';
import {
  STATE_PRIVATE_EXPEDITED,
  STATE_PRIVATE_EXPEDITED_SYNC_CORE,
  STATE_PRIVATE_EXPEDITED_SYNC_CORE_READY,
} from './membarrierMm.js';
import { POINT } from './orderingPoints.js';
import { CALL, onEachCpuMask } from './smpCall.js';

/** Source: Linux include/uapi/linux/membarrier.h. */
export const MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE = 32;
export const MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 64;

/** @returns 0, or a negative errno. */
export function* membarrier(c: Cpu, command: number, flags: number): Routine<number> {
  if (flags !== 0) return -EINVAL;
  switch (command) {
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE:
      return yield* privateExpeditedSyncCore(c);
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
      return yield* registerSyncCore(c);
    default:
      return -EINVAL;
  }
}

function* registerSyncCore(c: Cpu): Routine<number> {
  if (!c.profile.membarrierSyncCore) return -EINVAL;
  const { task, mm } = c.kernel;
  const state = mm.membarrierState(c.get(task.mm(c.current)));
  yield c.or(state, STATE_PRIVATE_EXPEDITED | STATE_PRIVATE_EXPEDITED_SYNC_CORE);
  yield c.or(state, STATE_PRIVATE_EXPEDITED_SYNC_CORE_READY);
  return 0;
}

function* privateExpeditedSyncCore(c: Cpu): Routine<number> {
  if (!c.profile.membarrierSyncCore) return -EINVAL;
  const { task, mm, runQueue, callMask, cpumaskWords } = c.kernel;
  const own = c.get(task.mm(c.current));
  const state = yield c.load(mm.membarrierState(own));
  if ((state & STATE_PRIVATE_EXPEDITED_SYNC_CORE_READY) === 0) return -EPERM;
  // (membarrier-entry) pairs with (finish-task-switch-mmdrop) in finishTaskSwitch.ts, (switch-mm-cr3) in
  // switchMm.ts and (syscall-return), (interrupt-return) in exitToUserMode.ts: whoever is skipped below
  // comes through one of them before user mode, and sees the new code.
  yield c.fence(POINT.membarrierEntry);
  for (let word = 0; word < cpumaskWords; word++) c.set(callMask(c.id, word), 0);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    const curr = yield c.load(runQueue.curr(cpu));
    // A kernel thread has no mm, even if it borrows this one: it is skipped.
    if ((yield c.load(task.mm(curr))) !== own) continue;
    const word = callMask(c.id, cpu >>> 5);
    c.set(word, c.get(word) | (1 << (cpu & 31)));
  }
  // (membarrier-call) pairs with (ipi-sync-core) in membarrierIpi.ts, (finish-task-switch-sync) in
  // membarrierMm.ts and (exit-to-user-sync) in exitToUserMode.ts.
  yield* onEachCpuMask(c, CALL.syncCore);
  // (membarrier-exit) pairs with (schedule-entry) in schedule.ts, (exit-mm) in exit.ts and
  // (ipi-sync-core-mb) in membarrierIpi.ts.
  yield c.fence(POINT.membarrierExit);
  return 0;
}
