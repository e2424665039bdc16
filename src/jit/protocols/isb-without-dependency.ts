/** The textbook without the control dependency: load, ISB, jump. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'isb-without-dependency',
  summary:
    'store, clear_cache, publish by pointer; the executor executes an ISB that does not depend on the load',
  source: 'the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['load-pointer', 'serialize', 'jump'],
  // An ISB is executed before a load that it does not depend on.
  memory: 'rmo',
  recorded: {
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
  },
};
