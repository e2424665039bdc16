/** membarrier SYNC_CORE taken for an icache flush: every core serializes, and fetches the old line again. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'sync-core-without-invalidate',
  summary: 'store, clean, membarrier SYNC_CORE, publish; the icache invalidate is missing',
  source: 'the mistake of taking core serialization for an icache flush; Arm ARM "IC IVAU"',
  writer: ['store', 'clean', 'membarrier-sync-core', 'promise'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
  },
};
