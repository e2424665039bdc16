/** The series of August 2017: serialize on every switch to a registered mm, also between two of its threads. */
import { STATE } from '../kernel/membarrierMm.js';
import { POINT } from '../kernel/orderingPoints.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../kernel/syncCoreBeforeUsermode.js';

export const policy: SerializationPolicy = {
  name: 'every-switch-registered',
  summary: 'sync_core() on every switch to a thread of a registered mm',
  source: 'linux-kernel, August 2017, "Add a new MEMBARRIER_FLAG_SYNC_CORE flag", version 3',
  claims: {
    ...NO_CLAIMS,
    lazyReturn: { forWhom: 'registered', timing: 'at-once' },
    sameMmSwitch: 'registered',
    otherMmSwitch: 'registered',
  },
  *finishTaskSwitch(c) {
    const own = c.currentMm;
    if (((yield c.load(c.kernel.mm.membarrierState(own))) & STATE.syncCore) === 0) return;
    yield* syncCoreBeforeUsermode(c, own, POINT.finishTaskSwitchSync);
  },
};
