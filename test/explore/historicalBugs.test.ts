import { describe, expect, it, vi } from 'vitest';
import type { Exploration } from '../../src/engines/exploration.js';
import { CASES, givingWay, interruptThenSchedule, NOT_EXPRESSED } from './historicalBugs.js';
import { explored } from './situations.js';

/** A bound, not an expectation: the largest of these spaces has a million steps. */
vi.setConfig({ testTimeout: 300_000 });

const BUGS = 31;
const SCENARIOS = 8;
/** What the shortest witnesses of most cases stay within; the others say how long they are. */
const SHORT = 25;

describe.each(CASES.map((one) => [`${one.of.join(', ')}: ${one.title}`, one] as const))('%s', (_, one) => {
  it('is found without the fix', async () => {
    const { outcome, witness } = await explored({ ...one.situation, ...one.withoutFix }, one.options);
    expect(outcome).toBe('allowed');
    expect(witness!.found.violation.kind).toBe(one.violation);
    expect(witness!.isShortest).toBe(true);
    expect(witness!.steps.length).toBeLessThanOrEqual(one.witness);
  });

  it('is forbidden with it', async () => {
    const { outcome, result } = await explored(one.situation, one.options);
    expect({ outcome, complete: result.complete }).toEqual({ outcome: 'forbidden', complete: true });
    expect(result.states).toBeGreaterThan(10);
  });
});

describe('BUG-15', () => {
  it('has the story of 758c9373d841 for its witness: interrupt, schedule, system call return', async () => {
    const { witness } = await explored({
      scenario: interruptThenSchedule,
      kernel: { syncCoreIpi: 'implicit' },
    });
    const told = storyOf(witness!.steps);
    const at = (what: string): number => told.findIndex((line) => line.startsWith(what));
    const story = [
      at('jit: stores the new code'),
      at('jit: sends an interrupt to cpu 1'),
      at('executor: an interrupt arrives'),
      at('executor: schedule: stores rq[1].curr'),
      at('jit: barrier (membarrier-exit)'),
      at('jit: promises the new version'),
      told.length - 1,
    ];
    expect(story).toEqual([...story].sort((a, b) => a - b));
    expect(story[0]).toBeGreaterThanOrEqual(0);
    expect(told.at(-1)).toBe('urgent: user mode: call');
    expect(told.join('\n')).not.toContain('interrupt-return');
    expect(witness!.steps.at(-1)!.violation).toMatchObject({ kind: 'stale', executed: 0, promised: 1 });
  });
});

function storyOf(steps: NonNullable<Exploration['witness']>['steps']): string[] {
  return steps.map(({ task, what }) => `${task}: ${what}`);
}

describe('BUG-03', () => {
  it('one phase is enough where memory is sequentially consistent: rq->curr is stored before the word is read', async () => {
    const { outcome, result } = await explored(
      { scenario: givingWay, kernel: { registration: 'one-phase' } },
      { from: 'boot' },
    );
    expect({ outcome, complete: result.complete }).toEqual({ outcome: 'forbidden', complete: true });
  });
});

describe('the table', () => {
  it('has every bug once: tested, or with a reason', () => {
    const tested = CASES.flatMap((one) => one.of).filter((of) => of.startsWith('BUG-'));
    expect(tested).toEqual([...new Set(tested)]);
    expect([...tested, ...Object.keys(NOT_EXPRESSED)].sort()).toEqual(
      Array.from({ length: BUGS }, (_, index) => `BUG-${String(index + 1).padStart(2, '0')}`),
    );
  });

  it('has every scenario from S1 to S8', () => {
    const tested = new Set(CASES.flatMap((one) => one.of).filter((of) => /^S\d$/.test(of)));
    expect([...tested].sort()).toEqual(Array.from({ length: SCENARIOS }, (_, index) => `S${index + 1}`));
  });

  it('finds at least fifteen, most of them in a few steps', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(25);
    const short = CASES.filter((one) => one.witness <= SHORT);
    expect(short.length).toBeGreaterThanOrEqual(14);
    expect(
      CASES.filter((one) => /BUG-1[456]/.test(one.of.join())).map((one) => one.witness <= SHORT),
    ).toEqual([true, true, true]);
  });
});
