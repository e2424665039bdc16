/** A flag per cpu instead of per task: set by the scheduler and by the IPI handler, honoured by whoever goes to user
 *  mode there next. It cannot be carried away by a task that loses the cpu. */

import { setCpuNeedsCoreSync, syncOnExit, takeCpuNeedsCoreSync } from '../kernel/deferredSync.js';
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

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
    if (yield* owesSyncCore(c, borrowed)) yield* setCpuNeedsCoreSync(c);
  },
  ipiSyncCore: setCpuNeedsCoreSync,
  *exitToUserMode(c) {
    if (yield* takeCpuNeedsCoreSync(c)) yield* syncOnExit(c);
  },
};
