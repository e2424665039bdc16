/** Store the code, publish the pointer, and nothing else. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'store-and-go',
  summary: 'store, publish by pointer',
  source:
    'what a program does that knows of no caches; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
    riscv64: { verdict: 'stale', confidence: 'high' },
  },
};
