/** Today's kernel: as `registered`, with an explicit sync_core() in the IPI handler and on the caller's own cpu. */
import { membarrierMmSyncCoreBeforeUsermode } from '../kernel/membarrierMm.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'mainline',
  summary: 'as registered, explicit sync_core() in the IPI handler, the caller included',
  source: 'Linux 5.10 and later, commits 758c9373d841 and e45cdc71d1fa',
  claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'registered', timing: 'at-once' } },
  kernel: '6.x',
  finishTaskSwitch: membarrierMmSyncCoreBeforeUsermode,
};
