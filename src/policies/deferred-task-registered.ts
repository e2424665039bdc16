/** TIF_NEED_CORE_SYNC on the incoming task, if its mm is registered; honoured on the way to user mode.
 *
 *  The flag stays with the task. Where that task loses the cpu to another thread of its mm before it has been to
 *  user mode, nobody tells the other thread. */
import { honourNeedCoreSync, setNeedCoreSync } from '../kernel/deferredSync.js';
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'deferred-task-registered',
  summary: 'a task flag on kernel thread -> user of a registered mm, honoured on exit to user mode',
  source: 'linux-kernel, 9 November 2017, set_tsk_need_core_sync(); never merged',
  claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'registered', timing: 'task-flag' } },
  *finishTaskSwitch(c, borrowed) {
    if (yield* owesSyncCore(c, borrowed)) yield* setNeedCoreSync(c, c.current);
  },
  exitToUserMode: honourNeedCoreSync,
};
