/** The naive deferral: the scheduler serializes as today, but the IPI handler only flags whoever it hit. */
import { honourNeedCoreSync, setNeedCoreSync } from '../kernel/deferredSync.js';
import { membarrierMmSyncCoreBeforeUsermode } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'deferred-ipi-task',
  summary: 'the IPI handler flags the task it interrupted, honoured on exit to user mode',
  source: 'the obvious reading of TIF_NEED_CORE_SYNC for the IPI path',
  claims: {
    ...NO_CLAIMS,
    lazyReturn: { forWhom: 'registered', timing: 'at-once' },
    interrupt: 'task-flag',
  },
  finishTaskSwitch: membarrierMmSyncCoreBeforeUsermode,
  *ipiSyncCore(c) {
    yield* setNeedCoreSync(c, c.current);
  },
  exitToUserMode: honourNeedCoreSync,
};
