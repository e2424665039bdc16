/** The verdict of a matrix row from every schedule there is; from runs where the explorer does not come to an end. */
import type { Violation } from '../explore/space.js';
import type { Verdict } from '../oracle/verdict.js';
import { printSchedule } from '../trace/schedule.js';
import { DEFAULT_EXPLORATION_OPTIONS, type ExplorationOptions, explore } from './exploration.js';
import type { RowJudge } from './matrix.js';

/** What the run would have been called in which this happens. */
const VERDICT: Readonly<Record<Violation['kind'], Verdict>> = {
  stale: 'stale',
  unserialized: 'stale',
  torn: 'torn',
  fault: 'fault',
  'forbidden-outcome': 'stale',
  deadlock: 'inconclusive',
};

/** @param otherwise judges what takes longer than the options allow. */
export function exhaustiveJudge(
  options: Partial<ExplorationOptions> & Pick<ExplorationOptions, 'clock'>,
  otherwise: RowJudge,
): RowJudge {
  return async (situation) => {
    if (situation.unsupported !== undefined) {
      return { verdict: 'unsupported', reason: situation.unsupported, basis: 'exhaustive' };
    }
    const { outcome, result, witness } = await explore(situation, {
      ...DEFAULT_EXPLORATION_OPTIONS,
      ...options,
    });
    if (outcome === 'not-found-within-the-bound') return otherwise(situation);
    if (!witness) {
      return {
        verdict: 'safe',
        reason: `no schedule goes wrong, ${result.states} states`,
        basis: 'exhaustive',
      };
    }
    const { kind } = witness.found.violation;
    const length = witness.steps.length;
    return {
      verdict: VERDICT[kind],
      reason: `a schedule of ${length} steps: ${kind}`,
      basis: 'exhaustive',
      witness: { schedule: printSchedule(witness.schedule), length },
    };
  };
}
