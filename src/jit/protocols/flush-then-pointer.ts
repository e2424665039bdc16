/** Cache maintenance by the writer, a release store of the pointer, an acquire load and a jump: the executor does not serialize. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'flush-then-pointer',
  summary: 'store, clear_cache, publish by pointer; the executor only jumps',
  source:
    'most JITs with one thread, used with several; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'high' },
  },
};
