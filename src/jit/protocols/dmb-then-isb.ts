/** A data barrier between the load and an ISB: load, DMB, ISB, jump. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'dmb-then-isb',
  summary: 'store, clear_cache, publish by pointer; the executor executes DMB and ISB without a dependency',
  source: 'the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['await-pointer', 'fence', 'serialize', 'jump'],
  outsideTheModel:
    'a DMB orders the load before later loads and not before the ISB, and loads are never late here',
  recorded: {
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
  },
};
