/** The cpu flag of `deferred-cpu`, honoured by leaving through the interrupt return instead of executing an
 *  instruction for it. Right only where the interrupt return serializes. */
import { RETURN_KIND } from '../hw/accessBuilder.js';
import { setCpuNeedsCoreSync, takeCpuNeedsCoreSync } from '../kernel/deferredSync.js';
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'force-iret',
  summary: 'a cpu flag that makes the exit path use the interrupt return',
  source:
    'Linux TIF_NOTIFY_RESUME and set_thread_flag users that leave the SYSRET path, applied to the cpu flag',
  claims: {
    ...NO_CLAIMS,
    lazyReturn: { forWhom: 'registered', timing: 'cpu-flag-interrupt-return' },
    interrupt: 'cpu-flag-interrupt-return',
  },
  *finishTaskSwitch(c, borrowed) {
    if (yield* owesSyncCore(c, borrowed)) yield* setCpuNeedsCoreSync(c);
  },
  ipiSyncCore: setCpuNeedsCoreSync,
  *exitToUserMode(c) {
    if (yield* takeCpuNeedsCoreSync(c)) c.set(c.kernel.task.returnKind(c.current), RETURN_KIND.interrupt);
  },
};
