/** Several bytes overwritten while others may be in the middle of them. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'live-overwrite',
  summary: 'overwrite a site that takes two stores, then clear_cache; executors run it all the while',
  source:
    'naive hot patching, Frida where memory is RWX; Arm ARM B2, "Concurrent modification and execution of instructions"',
  writer: ['store', 'clear-cache'],
  executor: ['jump'],
  placement: 'across-word',
  recorded: {
    'x86-64': { verdict: 'torn', confidence: 'high' },
    'arm64-a00': { verdict: 'torn', confidence: 'high' },
    'arm64-a01': { verdict: 'torn', confidence: 'high' },
    'arm64-a11': { verdict: 'torn', confidence: 'high' },
    riscv64: { verdict: 'torn', confidence: 'high' },
  },
};
