import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../src/engines/virtual/distribution.js';
import { InterruptQueue } from '../../../src/engines/virtual/interruptQueue.js';
import { ReadyQueue } from '../../../src/engines/virtual/readyQueue.js';
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

describe('ReadyQueue', () => {
  /* Few cpus and many; steps that are short, and steps beyond the horizon. */
  const delay = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 900 }),
    fc.integer({ min: 0, max: 2 ** 33 }),
  );
  const does = fc.constantFrom('postpone', 'postpone', 'postpone', 'pop', 'push', 'push-before');
  const step = fc.record({ does, delay });

  it('gives the earliest, and of several the one that ranks first', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 5, 17, 80, 256),
        fc.array(step, { maxLength: 400 }),
        (cpus, steps) => {
          const times = new Float64Array(cpus);
          const ranks = Int32Array.from({ length: cpus }, (_, cpu) => (cpu * 37 + 5) % cpus);
          const queue = new ReadyQueue(times, ranks);
          const ready: number[] = [];
          const out = Array.from({ length: cpus }, (_, cpu) => cpu);
          const push = (): void => {
            const cpu = out.pop();
            if (cpu === undefined) return;
            queue.push(cpu);
            ready.push(cpu);
          };
          for (let i = 0; i < cpus; i++) push();
          let now = 0;
          for (const { does, delay: cycles } of steps) {
            ready.sort((a, b) => times[a]! - times[b]! || ranks[a]! - ranks[b]!);
            expect(queue.size).toBe(ready.length);
            if (ready.length > 0) {
              expect(queue.first).toBe(ready[0]);
              expect(queue.secondTime).toBe(ready.length > 1 ? times[ready[1]!] : Number.POSITIVE_INFINITY);
              now = times[ready[0]!]!;
            }
            if (does === 'push' || does === 'push-before' || ready.length === 0) {
              // An interrupt wakes a cpu before the next one that is ready goes on.
              const at = does === 'push-before' ? now - cycles : now + cycles;
              if (out.length > 0) times[out.at(-1)!] = Math.max(0, at);
              push();
            } else if (does === 'pop') {
              out.push(ready.shift()!);
              queue.pop();
            } else {
              times[ready[0]!]! += cycles;
              queue.postponeFirst();
            }
          }
        },
      ),
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
