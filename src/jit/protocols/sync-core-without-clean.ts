/** Maintenance that invalidates and does not clean. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'sync-core-without-clean',
  summary: 'store, invalidate, membarrier SYNC_CORE, publish; the clean is missing',
  source: 'Arm ARM "DC CVAU": without it the icaches are filled from old memory',
  writer: ['store', 'invalidate', 'membarrier-sync-core', 'promise'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
  },
};
