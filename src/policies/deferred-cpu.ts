/** A flag per cpu instead of per task: set by the scheduler and by the IPI handler, honoured by whoever goes to user
 *  mode there next. It cannot be carried away by a task that loses the cpu. */

import type { Routine } from '../hw/access.js';
import type { Cpu } from '../kernel/cpu.js';
import { clearAndSync } from '../kernel/deferredSync.js';
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

function* request(c: Cpu): Routine {
  c.count('syncCoreDeferred');
  yield c.or(c.kernel.runQueue.needCoreSync(c.id), 1);
}

export const policy: SerializationPolicy = {
  name: 'deferred-cpu',
  summary: 'a cpu flag, set on kernel thread -> user of a registered mm and in the IPI, honoured on exit',
  source: 'the per-task flag of November 2017 moved to the cpu',
  claims: {
    ...NO_CLAIMS,
    lazyReturn: { forWhom: 'registered', timing: 'cpu-flag' },
    interrupt: 'cpu-flag',
  },
  *finishTaskSwitch(c, borrowed) {
    if (yield* owesSyncCore(c, borrowed)) yield* request(c);
  },
  ipiSyncCore: request,
  *exitToUserMode(c) {
    const flag = c.kernel.runQueue.needCoreSync(c.id);
    if ((yield c.load(flag)) !== 0) yield* clearAndSync(c, flag, 0);
  },
};
