/** The textbook: the executor learns of the new code, then serializes, then jumps. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'executor-serializes',
  summary: 'store, clear_cache, publish by pointer; the executor serializes before it jumps',
  source:
    'Intel SDM vol. 3A "Handling Self- and Cross-Modifying Code"; Arm ARM B2, "Concurrent modification and execution of instructions"; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise'],
  executor: ['await-pointer', 'serialize', 'jump'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'high' },
  },
};
