/** Medians, quantiles and bootstrap intervals. Nothing is trimmed: outliers stay in the sample.
 *
 *  Source: quantiles as R's type 7; Efron and Tibshirani, "An Introduction to the Bootstrap", percentile interval. */
import { Random } from './random.js';

export interface Quantiles {
  readonly n: number;
  readonly min: number;
  readonly q10: number;
  readonly median: number;
  readonly q90: number;
  readonly max: number;
}

export interface Summary extends Quantiles {
  /** Bootstrap interval of the median. */
  readonly ci95: readonly [low: number, high: number];
}

const RESAMPLES = 5000;

/** @param samples at least one.
 *  @param seed of the resampling: the same samples give the same interval. */
export function summarize(samples: readonly number[], seed: number): Summary {
  return { ...quantiles(samples), ci95: medianInterval(ascending(samples), new Random(seed)) };
}

/** Without the interval, which takes thousands of times as long.
 *  @param samples at least one. */
export function quantiles(samples: readonly number[]): Quantiles {
  const sorted = ascending(samples);
  return {
    n: sorted.length,
    min: quantile(sorted, 0),
    q10: quantile(sorted, 0.1),
    median: quantile(sorted, 0.5),
    q90: quantile(sorted, 0.9),
    max: quantile(sorted, 1),
  };
}

export function median(samples: readonly number[]): number {
  return quantile(ascending(samples), 0.5);
}

/** @param sorted ascending, at least one. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new RangeError('no samples, no quantile');
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** The last third against the first, as a ratio of medians: far from 1, the measurement was not steady. */
export function drift(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return median(samples.slice(-third)) / median(samples.slice(0, third));
}

function medianInterval(samples: readonly number[], random: Random): readonly [number, number] {
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(samples.map(() => samples[random.below(samples.length)]!)),
  );
  const sorted = ascending(medians);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** Bootstrap interval of the median of b / a over pairs that were measured together.
 *  @param level of the interval, 0.95 for instance. */
export function ratioInterval(
  pairs: readonly { readonly a: number; readonly b: number }[],
  level: number,
  seed: number,
): readonly [low: number, high: number] {
  const logs = pairs.map(({ a, b }) => Math.log(b / a));
  const random = new Random(seed);
  const medians = ascending(
    Array.from({ length: RESAMPLES }, () => median(logs.map(() => logs[random.below(logs.length)]!))),
  );
  const tail = (1 - level) / 2;
  return [Math.exp(quantile(medians, tail)), Math.exp(quantile(medians, 1 - tail))];
}

/** The same for two samples that were not measured in pairs. */
export function independentRatioInterval(
  before: readonly number[],
  after: readonly number[],
  level: number,
  seed: number,
): readonly [low: number, high: number] {
  const random = new Random(seed);
  const resampled = (samples: readonly number[]): number =>
    median(samples.map(() => samples[random.below(samples.length)]!));
  const ratios = ascending(Array.from({ length: RESAMPLES }, () => resampled(after) / resampled(before)));
  const tail = (1 - level) / 2;
  return [quantile(ratios, tail), quantile(ratios, 1 - tail)];
}

function ascending(samples: readonly number[]): number[] {
  return [...samples].sort((a, b) => a - b);
}
