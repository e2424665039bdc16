/** sync_core() on every switch from a kernel thread to a user task, whoever it is. */
import { POINT } from '../kernel/orderingPoints.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../kernel/syncCoreBeforeUsermode.js';

export const policy: SerializationPolicy = {
  name: 'always',
  summary: 'sync_core() on every kernel thread -> user',
  source: 'the registration check of membarrier_arch_mm_sync_core left out',
  claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'everybody', timing: 'at-once' } },
  *finishTaskSwitch(c, borrowed) {
    if (borrowed >= 0) yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.finishTaskSwitchSync);
  },
};
