/** Where a series changed. An exact one at every other value; a sampled one where the means before and after differ by
 *  more than their spread explains, the clearest split first.
 *
 *  Source: Fleming et al., "Hunter: Using Change Point Detection to Hunt for Performance Regressions", ICPE 2023, for
 *  splitting by a t-test; this splits in two again and again instead of by E-divisive.
 *  Limit: late by design; it needs points on both sides, and is no gate. */
import type { HistoryLine } from './historySchema.js';

export interface ChangePoint {
  /** Index of the first point after the change. */
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

const LEAST_POINTS = 4;
/** About p 0.001 for a handful of points on each side. */
const LEAST_T = 5;

export function changePoints(points: readonly HistoryLine[]): ChangePoint[] {
  const values = points.map((point) => point.value);
  return points[0]?.kind === 'exact' ? steps(values) : splits(values, 0);
}

function steps(values: readonly number[]): ChangePoint[] {
  return values.flatMap((after, index) => {
    const before = values[index - 1];
    return before === undefined || before === after ? [] : [{ index, before, after }];
  });
}

function splits(values: readonly number[], offset: number): ChangePoint[] {
  let best = 0;
  let bestT = LEAST_T;
  for (let at = LEAST_POINTS; at <= values.length - LEAST_POINTS; at++) {
    const t = separation(values.slice(0, at), values.slice(at));
    if (t > bestT) [best, bestT] = [at, t];
  }
  if (best === 0) return [];
  const [left, right] = [values.slice(0, best), values.slice(best)];
  const change = { index: offset + best, before: mean(left), after: mean(right) };
  return [...splits(left, offset), change, ...splits(right, offset + best)];
}

/** Welch's t. */
function separation(a: readonly number[], b: readonly number[]): number {
  const difference = Math.abs(mean(a) - mean(b));
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  return error === 0 ? (difference === 0 ? 0 : Number.POSITIVE_INFINITY) : difference / error;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
