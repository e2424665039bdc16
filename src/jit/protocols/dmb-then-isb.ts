/** A data barrier between the load and an ISB: load, DMB, ISB, jump. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'dmb-then-isb',
  summary: 'store, clear_cache, publish by pointer; the executor executes DMB and ISB without a dependency',
  source: 'the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['load-pointer', 'fence', 'serialize', 'jump'],
  // An ISB is executed before a load that it does not depend on, and a DMB orders accesses of memory only.
  memory: 'rmo',
  recorded: {
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
  },
};
