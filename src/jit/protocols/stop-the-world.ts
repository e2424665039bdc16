/** Every executor is parked in the kernel while the code is replaced, and comes back by the system call return. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'stop-the-world',
  summary: 'executors say so and wait in the kernel; store, clear_cache, publish; they return and jump',
  source:
    'safepoints that park threads on a futex; Arm ARM D1, exception return is a context synchronization event',
  writer: ['request', 'await-acknowledgements', 'store', 'clear-cache', 'promise'],
  executor: ['await-request', 'acknowledge', 'await-pointer-in-kernel', 'jump'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
