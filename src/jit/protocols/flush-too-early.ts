/** Cache maintenance before the last store. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'flush-too-early',
  summary: 'clear_cache, then the last store, membarrier SYNC_CORE, publish',
  source: 'JDK-8380710: relocations were finished after the flush',
  writer: ['clear-cache', 'store', 'membarrier-sync-core', 'promise'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
  },
};
