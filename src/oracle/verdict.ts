/** From a tally to a verdict. A run can show a hazard; it can never show that there is none. */
import type { Tally } from './judge.js';

export type Verdict = 'safe' | 'stale' | 'torn' | 'fault' | 'unsupported' | 'inconclusive';

/** `observed` says what some runs did, `exhaustive` what every schedule does. */
export type Basis = 'observed' | 'exhaustive';

export interface Judged {
  readonly verdict: Verdict;
  /** One sentence: why this verdict and no other. */
  readonly reason: string;
}

/** @param incomplete why the run ended early; undefined where every task came to its end. */
export function judge(tally: Tally, incomplete: string | undefined): Judged {
  const fault = tally.faults[0];
  if (fault) {
    return { verdict: 'fault', reason: `cpu ${fault.cpu} took a fault: ${fault.message}` };
  }
  if (tally.torn > 0) {
    return {
      verdict: 'torn',
      reason: `${tally.torn} of ${tally.calls} calls executed bytes that are no version`,
    };
  }
  if (tally.stale > 0) {
    return {
      verdict: 'stale',
      reason: `${tally.stale} of ${tally.calls} calls executed a version older than promised`,
    };
  }
  if (tally.unserialized > 0) {
    return {
      verdict: 'stale',
      reason: `${tally.unserialized} of ${tally.calls} calls ran on a cpu that had not serialized since membarrier (P-SYNC)`,
    };
  }
  if (incomplete !== undefined) return { verdict: 'inconclusive', reason: incomplete };
  if (tally.publications === 0) return { verdict: 'inconclusive', reason: 'nothing was published' };
  if (tally.calls === 0) return { verdict: 'inconclusive', reason: 'no user code was called' };
  return {
    verdict: 'safe',
    reason: `not observed in ${tally.publications} publications and ${tally.calls} calls`,
  };
}
