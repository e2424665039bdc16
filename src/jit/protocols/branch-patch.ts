/** One direct branch is patched so that it leads to code that was finished before. Nobody serializes. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'branch-patch',
  summary: 'new code, clear_cache; then patch one direct branch to it',
  source:
    'V8 near jump table slots, QEMU goto_tb, DynamoRIO links, JavaScriptCore replaceWithJump; the Arm model of instruction fetch (herdtools7, catalogue aarch64-ifetch)',
  writer: ['store', 'clear-cache', 'promise', 'store-branch', 'clear-cache-branch'],
  executor: ['branch'],
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'medium' },
    'arm64-a00': { verdict: 'safe', confidence: 'high' },
    'arm64-a01': { verdict: 'safe', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
    riscv64: { verdict: 'safe', confidence: 'medium' },
  },
};
