/** Summaries in words. A target is met only if the whole interval is on its good side. */
import { drift, type Summary, summarize } from './statistics.js';

/** Of the bootstrap: the same samples are always summarized in the same words. */
const SEED = 1;
/** First and last third of a steady measurement differ by less. */
const STEADY = 0.1;
const LEAST_UNDISTURBED = 5;

export interface Target {
  readonly at: 'least' | 'most';
  readonly value: number;
}

export function summaryOf(samples: readonly number[]): Summary {
  return summarize(samples, SEED);
}

export function summaryText(samples: readonly number[], digits: number, unit: string): string {
  const { n, min, q10, median, q90, max, ci95 } = summaryOf(samples);
  const text = (value: number): string => value.toFixed(digits);
  const after = unit === '' ? '' : ` ${unit}`;
  const moved = drift(samples) - 1;
  const unsteady =
    Math.abs(moved) > STEADY ? `; NOT STEADY: ${(100 * moved).toFixed(0)} % from first to last third` : '';
  return (
    `median ${text(median)}${after}, ci95 ${text(ci95[0])}..${text(ci95[1])}, q10..q90 ${text(q10)}..${text(q90)}, ` +
    `min ${text(min)}, max ${text(max)}, n ${n}${unsteady}`
  );
}

/** Met, missed, or not to be told from these samples. */
export function targetText(samples: readonly number[], { at, value }: Target): string {
  const [low, high] = summaryOf(samples).ci95;
  const met = at === 'least' ? low >= value : high <= value;
  const missed = at === 'least' ? high < value : low > value;
  const verdict = met ? 'met' : missed ? 'MISSED' : 'UNDECIDED, the interval lies across it';
  return `target at ${at} ${value}: ${verdict}`;
}

/** The target again, by the samples that had the core to themselves.
 *  @param undisturbed whether each of them had. */
export function undisturbedText(
  samples: readonly number[],
  undisturbed: readonly boolean[],
  digits: number,
  target: Target,
): string {
  const own = samples.filter((_, index) => undisturbed[index]);
  if (own.length < LEAST_UNDISTURBED) {
    return `with the core to itself: ${own.length} of ${samples.length} samples, too few`;
  }
  return `with the core to itself: ${summaryText(own, digits, '')}: ${targetText(own, target)}`;
}
