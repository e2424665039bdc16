/** Two ways of doing the same, measured in turns: what disturbs one of them disturbs the other as well.
 *
 *  Which comes first in a pair is drawn by lot, so that neither always runs in the shadow of the other.
 *  Source: Bulej et al., "Duet Benchmarking", ICPE 2020, with alternating instead of simultaneous runs. */
import type { Random } from '../../src/base/random.js';

export interface Pair {
  readonly a: number;
  readonly b: number;
}

export interface PairPlan {
  readonly pairs: number;
  /** Measured and thrown away, before the first pair that counts. */
  readonly warmupPairs: number;
  readonly random: Random;
  /** One sample each. */
  readonly a: () => number;
  readonly b: () => number;
}

export function collectPairs({ pairs, warmupPairs, random, a, b }: PairPlan): Pair[] {
  const measure = (): Pair => {
    if (random.below(2) === 0) {
      const first = a();
      return { a: first, b: b() };
    }
    const first = b();
    return { a: a(), b: first };
  };
  for (let i = 0; i < warmupPairs; i++) measure();
  return Array.from({ length: pairs }, measure);
}
