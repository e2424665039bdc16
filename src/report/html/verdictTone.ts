/** How the verdict of a run is shown, wherever it stands. */
import type { Verdict } from '../../oracle/verdict.js';
import type { Tone } from './page.js';

export const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  safe: 'good',
  stale: 'bad',
  torn: 'bad',
  fault: 'bad',
  unsupported: 'open',
  inconclusive: 'open',
};
