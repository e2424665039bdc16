/** icache_stale_mask: the deferred scheme that Linux does ship, on riscv. The caller marks every hart stale for the
 *  mm; a hart clears its mark and executes fence.i when it switches to the mm.
 *
 *  The mark is cleared before the fence: a flush that is asked for in between is not lost. */

import { membarrierMmSyncCoreBeforeUsermode } from '../kernel/membarrierMm.js';
import { POINT } from '../kernel/orderingPoints.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../kernel/syncCoreBeforeUsermode.js';

export const policy: SerializationPolicy = {
  name: 'riscv-stale-mask',
  summary: 'mark every hart stale; fence.i when a hart switches to the mm, or is interrupted',
  source:
    'Linux arch/riscv/mm/context.c, flush_icache_deferred(); commit 4ff4c745a16c, prepare_sync_core_cmd()',
  claims: {
    ...NO_CLAIMS,
    lazyReturn: { forWhom: 'registered', timing: 'at-once' },
    otherMmSwitch: 'stale-mask',
  },
  finishTaskSwitch: membarrierMmSyncCoreBeforeUsermode,
  *prepareSyncCore(c, own) {
    for (let word = 0; word < c.kernel.cpumaskWords; word++) yield c.or(c.kernel.staleMask(own, word), -1);
  },
  *switchMm(c, next) {
    const word = c.kernel.staleMask(next, c.id >>> 5);
    const bit = 1 << (c.id & 31);
    if (((yield c.load(word)) & bit) === 0) return;
    yield c.and(word, ~bit);
    // (switch-mm-deferred-flush) pairs with (membarrier-entry) in membarrier.ts.
    yield* syncCoreBeforeUsermode(c, next, POINT.deferredFlush);
  },
};
