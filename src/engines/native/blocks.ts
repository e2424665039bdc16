/** Timing by blocks: one sample is the mean of many repetitions, because a reading of the clock takes longer than most of
 *  what is measured here.
 *
 *  What costs a difference is measured in pairs of blocks, one right after the other and the first of the two drawn by lot:
 *  what disturbs the one disturbs the other as well.
 *  Source: Bulej et al., "Duet Benchmarking", ICPE 2020, with alternating instead of simultaneous runs. */
import { Random } from '../../base/random.js';

/** Does the same so many times. */
export type Work = (times: number) => void;

/** Nanoseconds a repetition, without and with what is to be known. */
export interface BlockPair {
  readonly without: number;
  readonly with: number;
}

/** Why there is no figure: never a figure that stands for none. */
export interface NotMeasured {
  readonly notMeasured: string;
}

const SEED = 1;
/** Long enough for the optimizing compiler to have replaced whatever runs. */
const WARM_NS = 60e6;
/** A thousand times what a reading of the clock takes, and short beside a slice of the host's scheduler: few blocks are
 *  interrupted by somebody else. */
const BLOCK_NS = 100e3;
const FIRST_TIMES = 100;

/** Since some fixed moment. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** One block. @returns nanoseconds a repetition. */
export function block(work: Work, times: number): number {
  const begun = nowNs();
  work(times);
  return (nowNs() - begun) / times;
}

/** Runs until the optimizing compiler has done its work.
 *  @returns how many repetitions make a block. */
export function warmUp(work: Work): number {
  const until = nowNs() + WARM_NS;
  let times = FIRST_TIMES;
  do {
    const ns = block(work, times) * times;
    if (ns < BLOCK_NS) times = Math.ceil(times * Math.min(10, Math.max(1.1, BLOCK_NS / ns)));
  } while (nowNs() < until);
  return times;
}

export function blockPairs(without: Work, withIt: Work, pairs: number): BlockPair[] {
  const timesWithout = warmUp(without);
  const timesWith = warmUp(withIt);
  const random = new Random(SEED);
  return Array.from({ length: pairs }, () => {
    if (random.below(2) === 0) {
      const first = block(without, timesWithout);
      return { without: first, with: block(withIt, timesWith) };
    }
    const first = block(withIt, timesWith);
    return { without: block(without, timesWithout), with: first };
  });
}
