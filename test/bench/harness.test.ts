import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitPairs, collectPairs } from '../../bench/harness/pairs.js';
import { SharedCore } from '../../bench/harness/sharedCore.js';
import { drift, median, quantile, summarize } from '../../bench/harness/statistics.js';
import { summaryText, targetText, undisturbedText } from '../../bench/harness/text.js';
import { Random } from '../../src/base/random.js';

const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('quantile', () => {
  it.each([
    [0, 10],
    [0.25, 20],
    [0.5, 30],
    [0.1, 14],
    [1, 50],
  ])('%d of 10 20 30 40 50 is %d', (share, expected) => {
    expect(quantile([10, 20, 30, 40, 50], share)).toBeCloseTo(expected, 9);
  });

  it('of nothing is refused, rather than 0', () => {
    expect(() => median([])).toThrow('no samples');
  });

  it('of an even number of samples lies between the two in the middle', () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });
});

describe('summarize', () => {
  it('keeps every sample, outliers too, in any order', () => {
    expect(summarize([3, 1, 1000, 2, 4], 1)).toMatchObject({ n: 5, min: 1, median: 3, max: 1000 });
  });

  it('is in order: min, q10, median, q90, max, and the interval around the median', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const { min, q10, median: middle, q90, max, ci95 } = summarize(all, 7);
        const inOrder = [min, q10, middle, q90, max];
        expect([...inOrder].sort((a, b) => a - b)).toEqual(inOrder);
        expect(ci95[0]).toBeLessThanOrEqual(middle);
        expect(ci95[1]).toBeGreaterThanOrEqual(middle);
      }),
      { numRuns: 20 },
    );
  });

  it('the same samples and the same seed give the same interval', () => {
    const all = Array.from({ length: 30 }, (_, i) => (i * 7919) % 101);
    expect(summarize(all, 5)).toEqual(summarize(all, 5));
  });

  it('covers the median of the population about as often as it says', () => {
    const random = new Random(1);
    const trials = 60;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { ci95 } = summarize(
        Array.from({ length: 31 }, () => random.below(1001)),
        trial,
      );
      if (ci95[0] <= 500 && ci95[1] >= 500) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.85);
    expect(covered).toBeLessThan(trials);
  }, 60_000);
});

describe('collectPairs', () => {
  it('throws the warm-up away, measures both sides equally often, in an order drawn by lot', () => {
    const order: string[] = [];
    const side = (name: string) => (): number => order.push(name);
    const pairs = collectPairs({
      pairs: 100,
      warmupPairs: 10,
      random: new Random(3),
      a: side('a'),
      b: side('b'),
    });
    expect(pairs).toHaveLength(100);
    expect(pairs[0]!.a + pairs[0]!.b).toBe(21 + 22);
    const first = order.filter((_, i) => i % 2 === 0);
    expect(first.filter((name) => name === 'a').length).toBeGreaterThan(30);
    expect(first.filter((name) => name === 'b').length).toBeGreaterThan(30);
    expect(pairs.every(({ a, b }) => Math.abs(a - b) === 1)).toBe(true);
  });
});

describe('awaitPairs', () => {
  it('measures as collectPairs does, one after the other', async () => {
    let running = 0;
    let samples = 0;
    const side = async (): Promise<number> => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      return ++samples;
    };
    const plan = { pairs: 20, warmupPairs: 3 };
    const pairs = await awaitPairs({ ...plan, random: new Random(3), a: side, b: side });
    let counted = 0;
    const count = (): number => ++counted;
    expect(pairs).toEqual(collectPairs({ ...plan, random: new Random(3), a: count, b: count }));
  });
});

describe('what is printed', () => {
  const steady = Array.from({ length: 30 }, (_, i) => 0.9 + (i % 3) / 100);

  it('a target is met if the whole interval is on its good side', () => {
    expect(targetText(steady, { at: 'least', value: 0.8 })).toBe('target at least 0.8: met');
    expect(targetText(steady, { at: 'most', value: 0.8 })).toBe('target at most 0.8: MISSED');
    expect(targetText(steady, { at: 'least', value: 0.95 })).toBe('target at least 0.95: MISSED');
  });

  it('a target inside the interval is neither met nor missed', () => {
    const wide = [0.7, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9];
    expect(targetText(wide, { at: 'least', value: 0.8 })).toContain('UNDECIDED');
  });

  it('a measurement that moved says so', () => {
    const moved = Array.from({ length: 30 }, (_, i) => 10 + i);
    expect(drift(moved)).toBeGreaterThan(1.1);
    expect(summaryText(moved, 1, 'ns')).toContain('NOT STEADY');
    expect(summaryText(steady, 2, 'ns')).not.toContain('NOT STEADY');
    expect(summaryText(steady, 2, 'ns')).toContain('n 30');
  });
});

describe('samples that had the core to themselves', () => {
  const target = { at: 'least', value: 10 } as const;
  const fast = [11, 12, 11, 12, 11];
  const slow = [5, 6, 5];
  const undisturbed = [...fast.map(() => true), ...slow.map(() => false)];

  it('are judged by themselves', () => {
    const text = undisturbedText([...fast, ...slow], undisturbed, 0, target);
    expect(text).toMatch(/^with the core to itself: median 11, .* n 5: target at least 10: met$/);
    const missing = undisturbedText([...slow, ...slow], [true, true, true, true, true, true], 0, target);
    expect(missing).toMatch(/n 6: target at least 10: MISSED$/);
  });

  it('are said to be too few, rather than left out', () => {
    expect(
      undisturbedText(
        [...fast, ...slow],
        undisturbed.map((one) => !one),
        0,
        target,
      ),
    ).toBe('with the core to itself: 3 of 8 samples, too few');
  });

  it('are told against the best look', () => {
    const core = new SharedCore();
    const look = core.look();
    expect(core.wasShared(100 * look)).toBe(true);
    expect(core.wasShared(0)).toBe(false);
  });
});
