/** The same, but the slow path trusts the guard as data and enters without serializing. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'epoch-guard-trusting',
  summary: 'store, clear_cache, release the guard; an executor that finds a new guard goes on',
  source:
    'JDK-8310239 and JDK-8334890: some instructions new, some old; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['await-pointer', 'fence', 'jump'],
  recorded: {
    'x86-64': { verdict: 'stale', confidence: 'high' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
  },
};
