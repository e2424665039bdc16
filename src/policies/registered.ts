/** sync_core() on kernel thread -> user, if the mm that goes on is registered: what Linux 4.16 merged. */
import { membarrierMmSyncCoreBeforeUsermode } from '../kernel/membarrierMm.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'registered',
  summary: 'sync_core() on kernel thread -> user of a mm registered for SYNC_CORE',
  source: 'Linux 4.16, commit 70216e18e519; linux-kernel, 9 November 2017, membarrier_arch_mm_sync_core',
  finishTaskSwitch: membarrierMmSyncCoreBeforeUsermode,
};
