/** Freed code memory is used again, and every core serializes before anybody can be sent there. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'recycle-after-sync-core',
  summary: 'a grace period, new code where old code was, clean, invalidate, SYNC_CORE; publish by pointer',
  source: 'what membarrier SYNC_CORE was made for: reclaim of JIT memory (Linux commit 3b8c9f1cdfc5)',
  writer: ['membarrier-global', 'store', 'clean', 'invalidate', 'membarrier-sync-core', 'promise'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
