/** Clean, invalidate, membarrier SYNC_CORE, then publish: nobody has to do anything on the executing side. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'sync-core',
  summary: 'store, clean, invalidate, membarrier SYNC_CORE, publish',
  source: 'Android ART jit_memory_region.cc; Wasmtime crates/jit-icache-coherence',
  writer: ['store', 'clean', 'invalidate', 'membarrier-sync-core', 'promise'],
};
