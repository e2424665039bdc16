/** Freed code memory is used again when nobody can be inside it any more; what others fetched of it is not asked about. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'recycle-after-grace-period',
  summary: 'a grace period, then new code where old code was; clear_cache; publish by pointer',
  source:
    'code memory reclaimed by RCU or thread progress, which order data (Erlang/OTP before code barriers)',
  writer: ['membarrier-global', 'store', 'clear-cache', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
