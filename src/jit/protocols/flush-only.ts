/** __builtin___clear_cache(), then publish: the caches are right, and no other core is told. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'flush-only',
  summary: 'store, clean, invalidate, publish; no barrier',
  source: 'GCC __builtin___clear_cache; what is enough for one thread',
  writer: ['store', 'clean', 'invalidate', 'promise'],
};
