/** TIF_NEED_CORE_SYNC on the incoming task at every kernel thread -> user; honoured on the way to user mode. */
import { honourNeedCoreSync, setNeedCoreSync } from '../kernel/deferredSync.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'deferred-task',
  summary: 'a task flag on every kernel thread -> user, honoured on exit to user mode',
  source: 'linux-kernel, 9 November 2017, set_tsk_need_core_sync(); never merged',
  claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'everybody', timing: 'task-flag' } },
  *finishTaskSwitch(c, borrowed) {
    if (borrowed >= 0) yield* setNeedCoreSync(c, c.current);
  },
  exitToUserMode: honourNeedCoreSync,
};
