import { expect, it } from 'vitest';
import { quantiles, summarize } from '../../src/base/statistics.js';

it('quantiles: those of the summary, whatever the order of the samples', () => {
  const samples = [5, 1, 4, 2, 3];
  expect(quantiles(samples)).toEqual({ n: 5, min: 1, q10: 1.4, median: 3, q90: 4.6, max: 5 });
  expect(summarize(samples, 1)).toMatchObject(quantiles(samples));
});
