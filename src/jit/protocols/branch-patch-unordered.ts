/** The same with nothing between the two stores. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'branch-patch-unordered',
  summary: 'new code, and at once the direct branch to it; no maintenance in between',
  source: 'the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'promise', 'store-branch', 'clear-cache-branch'],
  executor: ['branch'],
  recorded: {
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
  },
};
