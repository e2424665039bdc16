/** Maintenance by the line size of another core: half of the lines are left out. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'flush-wide-stride',
  summary:
    'as executor-serializes, for a site in two lines, with a stride twice as large as the lines of the core',
  source:
    'Mono on Exynos 8890, where cores have lines of 128 and 64 bytes and the size was read once (mono/mono#3549)',
  writer: ['store', 'clear-cache-wide-stride', 'promise'],
  executor: ['await-pointer', 'serialize', 'jump'],
  placement: 'across-line',
  recorded: {
    'x86-64': { verdict: 'safe', confidence: 'high' },
    'arm64-a00': { verdict: 'torn', confidence: 'high' },
    'arm64-a01': { verdict: 'torn', confidence: 'high' },
    'arm64-a11': { verdict: 'safe', confidence: 'high' },
  },
};
