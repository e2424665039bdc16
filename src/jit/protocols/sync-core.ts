/** Clean, invalidate, membarrier SYNC_CORE, then publish: nobody has to do anything on the executing side. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'sync-core',
  summary: 'store, clean, invalidate, membarrier SYNC_CORE, publish',
  source: 'Android ART jit_memory_region.cc; Wasmtime crates/jit-icache-coherence',
  writer: ['store', 'clean', 'invalidate', 'membarrier-sync-core', 'promise'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
