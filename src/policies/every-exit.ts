/** Serialize on every return to user mode: the upper bound, and what page-table isolation amounts to. */
import { POINT } from '../kernel/orderingPoints.js';
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../kernel/syncCoreBeforeUsermode.js';

export const policy: SerializationPolicy = {
  name: 'every-exit',
  summary: 'sync_core() on every return to user mode',
  source: 'upper bound; x86 with page-table isolation behaves like this',
  claims: { ...NO_CLAIMS, everyExit: 'yes' },
  *exitToUserMode(c) {
    yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.exitToUserSync);
  },
};
