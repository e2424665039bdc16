import { describe, expect, it, vi } from 'vitest';
import { shortened } from '../../src/engines/exploration.js';
import { sampleSchedules } from '../../src/engines/sampling.js';
import type { Transition } from '../../src/trace/schedule.js';
import { explored, OPTIONS, type Request, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000 });

const WRONG: readonly Request[] = [
  { scenario: 'kthread-return', policy: 'none' },
  { scenario: 'flag-left-behind', policy: 'deferred-task-registered' },
  { scenario: 'interrupt-reschedules', policy: 'deferred-ipi-task' },
  { scenario: 'torn-patch', placement: 'across-word' },
];

async function atRandom(request: Request, seed: number): Promise<readonly Transition[]> {
  const situation = await situationOf(request);
  const mode = 'random' as const;
  const { witness } = await sampleSchedules(situation, {
    ...OPTIONS,
    mode,
    seed,
    maxExecutions: 200,
    depth: 3,
  });
  return witness!.schedule;
}

describe.each(WRONG)('a schedule of $scenario', (request) => {
  it('gets no longer, goes wrong in the same way at its last step, and shrinks no more', async () => {
    const situation = await situationOf(request);
    for (const seed of [1, 2, 3]) {
      const before = await atRandom(request, seed);
      const shrunk = shortened(situation, before, OPTIONS)!;
      expect(shrunk.isMinimal).toBe(true);
      expect(shrunk.schedule.length).toBeLessThanOrEqual(before.length);
      expect(shrunk.steps.map((step) => step.violation !== undefined).indexOf(true)).toBe(
        shrunk.steps.length - 1,
      );
      expect(shrunk.steps.at(-1)!.violation!.kind).toBe(shrunk.violation.kind);
      const again = shortened(situation, shrunk.schedule, OPTIONS)!;
      expect(again.schedule).toEqual(shrunk.schedule);
    }
  });

  it('ends up about as long as the shortest there is', async () => {
    const situation = await situationOf(request);
    const { witness } = await explored(request);
    const best = witness!.schedule.length;
    for (const seed of [1, 2, 3]) {
      const shrunk = shortened(situation, await atRandom(request, seed), OPTIONS)!;
      expect(shrunk.preemptions).toBeLessThanOrEqual(3);
      expect(shrunk.schedule.length).toBeLessThanOrEqual(1.25 * best);
    }
  });
});

it('a schedule on which nothing goes wrong cannot be shrunk', async () => {
  const situation = await situationOf({ scenario: 'kthread-return', policy: 'mainline' });
  expect(shortened(situation, await atRandom(WRONG[0]!, 1), OPTIONS)).toBeUndefined();
});

it('ends early where it is told so, with what it has', async () => {
  const situation = await situationOf(WRONG[0]!);
  const before = await atRandom(WRONG[0]!, 1);
  let now = 0;
  const shrunk = shortened(situation, before, { ...OPTIONS, timeLimitMs: 3, clock: () => now++ })!;
  expect(shrunk.isMinimal).toBe(false);
  expect(shrunk.attempts).toBeLessThan(10);
  expect(shrunk.schedule.length).toBeLessThanOrEqual(before.length);
});
