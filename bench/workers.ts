/** One search on several host threads against the same search on one: is it faster, and by how much?
 *
 *  Whole proofs of a space that one thread is not done with soon, in pairs. A pair counts as one ratio, so that what slows
 *  the host down for a while slows both. Both must visit the same states.
 *  Limit: with fewer cores than threads, or a host that others use, the ratio says what this host gives. */
import { Random } from '../src/base/random.js';
import { DEFAULT_EXPLORATION_OPTIONS, explore } from '../src/engines/exploration.js';
import { prepareSituation } from '../src/engines/situation.js';
import type { Bench } from './harness/bench.js';
import { nowNs } from './harness/clock.js';
import { awaitPairs } from './harness/pairs.js';
import { summaryText } from './harness/text.js';

const OPTIONS = {
  pairs: { about: 'pairs of proofs', default: 10, least: 3, most: 1000 },
  workers: { about: 'threads of one of the two', default: 2, least: 2, most: 64 },
} as const;

const SCENARIO = 'crossroads';
const SEED = 1;
const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
const TIME_LIMIT_MS = 600_000;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'workers: the search of one thread against that of several',
  options: OPTIONS,
  async run({ pairs, workers }) {
    const situation = await prepareSituation({ scenario: SCENARIO, rounds: 1, callsPerRound: 1 });
    const clock = (): number => nowNs() / NS_PER_MS;
    const states = new Set<number>();
    const seconds = async (threads: number): Promise<number> => {
      const begun = nowNs();
      const { outcome, result } = await explore(situation, {
        ...DEFAULT_EXPLORATION_OPTIONS,
        timeLimitMs: TIME_LIMIT_MS,
        workers: threads,
        clock,
      });
      states.add(result.states);
      if (outcome !== 'forbidden' || states.size > 1) {
        throw new Error(
          `${SCENARIO} is ${outcome}, in ${[...states].join(' and ')} states: nothing to compare`,
        );
      }
      return (nowNs() - begun) / NS_PER_S;
    };
    const measured = await awaitPairs({
      pairs,
      warmupPairs: 1,
      random: new Random(SEED),
      a: () => seconds(1),
      b: () => seconds(workers),
    });
    const one = measured.map(({ a }) => a);
    const several = measured.map(({ b }) => b);
    const ratios = measured.map(({ a, b }) => b / a);
    return {
      lines: [
        `${SCENARIO}, one round: ${[...states].join()} states`,
        `  1 thread: ${summaryText(one, 2, 's')}`,
        `  ${workers} threads: ${summaryText(several, 2, 's')}`,
        `  time with ${workers} threads / with 1: ${summaryText(ratios, 3, '')}`,
      ],
      series: [
        { id: 'workers/1/time', unit: 's', samples: one },
        { id: `workers/${workers}/time`, unit: 's', samples: several },
        { id: `workers/${workers}/ratio`, unit: '1', samples: ratios },
      ],
    };
  },
};
