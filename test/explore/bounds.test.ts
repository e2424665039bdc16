/** Bounds on a search: what they leave out is said, and what they leave in is looked at. */
import { describe, expect, it, vi } from 'vitest';
import { explored } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000 });

describe('at most so many preemptions', () => {
  /* kthread-return needs none: each cpu goes on until it has to wait. interrupt-reschedules under 5.4 needs some. */
  it.each([
    { scenario: 'kthread-return', policy: 'none' },
    { scenario: 'flag-left-behind', policy: 'deferred-task-registered' },
    { scenario: 'interrupt-reschedules', policy: 'deferred-ipi-task' },
    { scenario: 'torn-patch', placement: 'across-word' },
  ] as const)('finds in $scenario what takes no more, and says what it left out of less', async (request) => {
    const { witness } = await explored(request);
    let needed = 0;
    for (; needed < 10; needed++) {
      const { outcome, result } = await explored(request, { maxPreemptions: needed });
      if (outcome === 'allowed') break;
      expect(outcome).toBe('not-found-within-the-bound');
      expect(result).toMatchObject({ complete: false, stoppedBy: 'preemption-limit' });
    }
    const found = await explored(request, { maxPreemptions: needed });
    expect(found.outcome).toBe('allowed');
    expect(found.witness!.schedule).toEqual(witness!.schedule);
  });

  it('a bound that leaves nothing out is no bound: forbidden, and complete', async () => {
    const request = { scenario: 'kthread-return', policy: 'mainline' };
    const { outcome, result } = await explored(request, { maxPreemptions: 1000 });
    expect(outcome).toBe('forbidden');
    expect(result).toMatchObject({ complete: true, stoppedBy: 'exhausted' });
  });
});

it('at most so many executions: what ended it is said', async () => {
  const request = { scenario: 'kthread-return', policy: 'mainline' };
  const { outcome, result } = await explored(request, { maxExecutions: 3 });
  expect(outcome).toBe('not-found-within-the-bound');
  expect(result).toMatchObject({ complete: false, stoppedBy: 'execution-limit', executions: 3 });
});

it('an interruption ends it, and is not taken for a time limit', async () => {
  const request = { scenario: 'caller-migrates', policy: 'mainline' };
  const { outcome, result } = await explored(request, { signal: AbortSignal.abort() });
  expect(outcome).toBe('not-found-within-the-bound');
  expect(result).toMatchObject({ complete: false, stoppedBy: 'interrupted' });
});
