/** A memory barrier on every running thread taken for a core serialization. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'expedited-then-pointer',
  summary: 'store, clear_cache, membarrier PRIVATE_EXPEDITED, publish by pointer',
  source:
    'liburcu, HotSpot UseSystemMemoryBarrier and CoreCLR FlushProcessWriteBuffers use this command, for data; Linux Documentation/scheduler/membarrier.rst',
  writer: ['store', 'clear-cache', 'membarrier-private', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a01': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a11': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
