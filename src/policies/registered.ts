/** sync_core() on kernel thread -> user, if the mm that goes on is registered: what Linux 4.16 merged.
 *
 *  It belongs to a kernel whose IPI handler counts on the interrupt return and skips the caller's cpu; on a later
 *  kernel it is `mainline`. */
import { membarrierMmSyncCoreBeforeUsermode } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'registered',
  summary: 'sync_core() on kernel thread -> user of a mm registered for SYNC_CORE',
  source: 'Linux 4.16, commit 70216e18e519; linux-kernel, 9 November 2017, membarrier_arch_mm_sync_core',
  claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'registered', timing: 'at-once' } },
  kernel: '4.16',
  finishTaskSwitch: membarrierMmSyncCoreBeforeUsermode,
};
