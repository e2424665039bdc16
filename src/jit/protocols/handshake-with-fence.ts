/** The handshake with a data barrier instead of the serializing instruction. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'handshake-with-fence',
  summary: 'store, clear_cache, each executor executes a memory barrier and acknowledges; then publish',
  source:
    'what a kernel gives that offers SYNC_CORE and only orders memory; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'request', 'await-acknowledgements', 'promise'],
  executor: ['await-request', 'fence', 'acknowledge', 'await-pointer', 'jump'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
