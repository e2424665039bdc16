import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../src/engines/virtual/distribution.js';
import { InterruptQueue } from '../../../src/engines/virtual/interruptQueue.js';
import { Watchers } from '../../../src/engines/virtual/watchers.js';

describe('InterruptQueue', () => {
  it('gives them by arrival, and those that arrive together as they were sent', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
        const queue = new InterruptQueue();
        times.forEach((at, index) => {
          queue.push(at, index, 1);
        });
        const expected = times
          .map((at, index) => [at, index] as const)
          .sort(([a, i], [b, j]) => a - b || i - j);
        for (const [at, cpu] of expected) {
          expect(queue.nextAt).toBe(at);
          queue.pop();
          expect([queue.poppedAt, queue.poppedCpu]).toEqual([at, cpu]);
        }
        expect(queue.nextAt).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe('Watchers', () => {
  it('takes everybody off the list of a word once', () => {
    const watchers = new Watchers(8, 4);
    watchers.add(3, 0);
    watchers.add(3, 2);
    watchers.add(5, 1);
    watchers.add(3, 3);
    watchers.remove(3, 2);
    watchers.remove(5, 2);
    expect(watchers.count).toBe(3);
    expect([watchers.take(3), watchers.take(3), watchers.take(3)].sort()).toEqual([-1, 0, 3]);
    expect(watchers.take(5)).toBe(1);
    expect(watchers.count).toBe(0);
  });
});

describe('Distribution', () => {
  it('gives values that are among those added', () => {
    const distribution = new Distribution();
    for (let i = 5000; i >= 1; i--) distribution.add(i);
    expect(distribution.quantiles).toEqual({ n: 5000, median: 2500, p99: 4950, p999: 4995, max: 5000 });
  });

  it('of nothing has none', () => {
    expect(new Distribution().quantiles).toBeUndefined();
  });
});
