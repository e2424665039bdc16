/** The cpu flag of `deferred-cpu`, honoured by leaving through the interrupt return instead of executing an
 *  instruction for it. Right only where the interrupt return serializes. */
import type { Routine } from '../hw/access.js';
import { RETURN_KIND } from '../hw/accessBuilder.js';
import type { Cpu } from '../kernel/cpu.js';
import { owesSyncCore } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

function* request(c: Cpu): Routine {
  c.count('syncCoreDeferred');
  yield c.or(c.kernel.runQueue.needCoreSync(c.id), 1);
}

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
    if (yield* owesSyncCore(c, borrowed)) yield* request(c);
  },
  ipiSyncCore: request,
  *exitToUserMode(c) {
    const { runQueue, task } = c.kernel;
    if ((yield c.load(runQueue.needCoreSync(c.id))) === 0) return;
    yield c.and(runQueue.needCoreSync(c.id), 0);
    c.count('syncCoreHonoured');
    c.set(task.returnKind(c.current), RETURN_KIND.interrupt);
  },
};
