import { describe, expect, it } from 'vitest';
import { twoModes } from '../../src/base/modes.js';

const heap = (middle: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => middle + (i % 10) / 10);

describe('twoModes', () => {
  it('two heaps with nothing in between: their medians, and how many are in the upper one', () => {
    const modes = twoModes([...heap(800, 30), ...heap(5000, 10)]);
    expect(modes?.low).toBeCloseTo(800.45);
    expect(modes?.high).toBeCloseTo(5000.45);
    expect(modes?.highShare).toBe(0.25);
  });

  it.each([
    ['one heap', heap(800, 40)],
    ['all the same', Array.from({ length: 40 }, () => 7)],
    ['evenly spread', Array.from({ length: 40 }, (_, i) => i)],
    ['a few outliers, which are no mode', [...heap(800, 40), 9000, 9001]],
    ['two samples', [1, 1000]],
  ])('%s: no', (_, samples) => {
    expect(twoModes(samples)).toBeUndefined();
  });
});
