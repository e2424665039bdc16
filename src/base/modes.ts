/** Whether samples lie in two heaps: a middle that is empty. One median then stands for neither.
 *
 *  A gap splits them where it is wider than each heap (its q10 to q90), and each heap has a tenth of the samples.
 *  Limit: heaps that touch are taken for one. */
import { quantile } from './statistics.js';

export interface TwoModes {
  readonly low: number;
  readonly high: number;
  /** Of the samples, in the upper heap. */
  readonly highShare: number;
}

const LEAST_SHARE = 0.1;

/** @returns the medians of the two heaps, or undefined where there is one. */
export function twoModes(samples: readonly number[]): TwoModes | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const least = Math.max(2, Math.ceil(LEAST_SHARE * sorted.length));
  let split: number | undefined;
  let widest = 0;
  for (let at = least; at <= sorted.length - least; at++) {
    const gap = sorted[at]! - sorted[at - 1]!;
    if (gap <= widest) continue;
    widest = gap;
    split = at;
  }
  if (split === undefined) return undefined;
  const [low, high] = [sorted.slice(0, split), sorted.slice(split)];
  const width = (heap: readonly number[]): number => quantile(heap, 0.9) - quantile(heap, 0.1);
  if (widest <= Math.max(width(low), width(high))) return undefined;
  return { low: quantile(low, 0.5), high: quantile(high, 0.5), highShare: high.length / sorted.length };
}
