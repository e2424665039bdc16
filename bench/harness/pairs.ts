/** Two ways of doing the same, measured in turns: what disturbs one of them disturbs the other as well.
 *
 *  Which comes first in a pair is drawn by lot, so that neither always runs in the shadow of the other.
 *  Source: Bulej et al., "Duet Benchmarking", ICPE 2020, with alternating instead of simultaneous runs. */
import type { Random } from '../../src/base/random.js';

export interface Pair {
  readonly a: number;
  readonly b: number;
}

export interface PairPlan<Sample = number> {
  readonly pairs: number;
  /** Measured and thrown away, before the first pair that counts. */
  readonly warmupPairs: number;
  readonly random: Random;
  /** One sample each. */
  readonly a: () => Sample;
  readonly b: () => Sample;
}

/** The same, of what has to be awaited: nothing else is measured meanwhile. */
export async function awaitPairs({
  pairs,
  warmupPairs,
  random,
  a,
  b,
}: PairPlan<Promise<number>>): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let i = 0; i < warmupPairs + pairs; i++) {
    if (random.below(2) === 0) {
      const first = await a();
      measured.push({ a: first, b: await b() });
    } else {
      const first = await b();
      measured.push({ a: await a(), b: first });
    }
  }
  return measured.slice(warmupPairs);
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
