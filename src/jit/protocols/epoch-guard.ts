/** The entry compares a guard with an epoch of its thread; where they differ, the slow path serializes. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'epoch-guard',
  summary:
    'store, clear_cache, release the guard; an executor that finds a new guard serializes before it goes on',
  source: 'HotSpot nmethod entry barriers, barrierSetNMethod_aarch64.cpp',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['await-pointer', 'fence', 'serialize', 'jump'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'safe', confidence: 'medium' },
    'arm64-a01': { verdict: 'safe', confidence: 'medium' },
    'arm64-a11': { verdict: 'safe', confidence: 'medium' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
