/** The target is a word of data that is stored at once; the code it leads to is finished before. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'data-slot',
  summary: 'new code, clear_cache; then store its address in a data slot that is loaded and jumped through',
  source:
    'HotSpot trampolines, .NET precode slots, V8 far jump table slots; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'fence', 'promise'],
  recorded: {
    'x86-64': { verdict: 'stale', inPractice: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'stale', confidence: 'high' },
    'arm64-a01': { verdict: 'stale', confidence: 'high' },
    'arm64-a11': { verdict: 'stale', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'high' },
  },
};
