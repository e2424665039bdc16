/** Every executor serializes and says so before the code is published: a safepoint, a code barrier. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'handshake',
  summary: 'store, clear_cache, each executor serializes and acknowledges; then publish',
  source:
    'HotSpot cross_modify_fence at safepoints, Erlang/OTP code barriers; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'request', 'await-acknowledgements', 'promise'],
  executor: ['await-request', 'fence', 'serialize', 'acknowledge', 'await-pointer', 'jump'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'high' },
  },
};
