/** Protection changes taken for a barrier: the page is made executable for the first time. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'mprotect-first',
  summary: 'mprotect to writable, store, mprotect to executable for the first time; publish by pointer',
  source:
    'the fallback of CoreCLR FlushProcessWriteBuffers (dotnet/coreclr#12246); Linux arch/arm64/mm/flush.c, __sync_icache_dcache()',
  writer: ['mprotect-write', 'store', 'mprotect-exec', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'medium' },
    'arm64-a01': { verdict: 'stale', confidence: 'medium' },
    'arm64-a11': { verdict: 'stale', confidence: 'medium' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
