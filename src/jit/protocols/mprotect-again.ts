/** Protection changes taken for a barrier, on a page that has been executable before: W^X flip-flop. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'mprotect-again',
  summary: 'as mprotect-first, on a page that was made executable once before',
  source:
    'W^X toggling without cache maintenance; Linux arch/arm64/mm/flush.c and arch/riscv/mm/cacheflush.c, PG_dcache_clean',
  writer: ['mprotect-exec', 'mprotect-write', 'store', 'mprotect-exec', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'medium' },
    'arm64-a01': { verdict: 'stale', confidence: 'medium' },
    'arm64-a11': { verdict: 'stale', confidence: 'medium' },
    riscv64: { verdict: 'stale', confidence: 'medium' },
  },
};
