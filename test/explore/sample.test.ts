import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/base/random.js';
import { replay, spaceParts } from '../../src/engines/exploration.js';
import { SAMPLING_MODES, type SamplingOptions, sampleSchedules } from '../../src/engines/sampling.js';
import { IntList } from '../../src/explore/intList.js';
import { pct, pctChance } from '../../src/explore/pct.js';
import { randomWalk } from '../../src/explore/randomWalk.js';
import { type SampleResult, sample } from '../../src/explore/sample.js';
import { Space, type SpaceParts, type Violation } from '../../src/explore/space.js';
import { expand } from '../../src/explore/witness.js';
import { cpuStep, delivery } from '../../src/trace/schedule.js';
import { OPTIONS, type Request, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000 });

const SAMPLING: SamplingOptions = { ...OPTIONS, mode: 'random', seed: 1, maxExecutions: 300, depth: 3 };

const WRONG: readonly (readonly [string, Request])[] = [
  ['the seed', { scenario: 'kthread-return', policy: 'none' }],
  ['a flag of the task', { scenario: 'flag-left-behind', policy: 'deferred-task-registered' }],
  ['a flag in the IPI', { scenario: 'interrupt-reschedules', policy: 'deferred-ipi-task' }],
  ['two stores', { scenario: 'torn-patch', placement: 'across-line' }],
];

describe.each(SAMPLING_MODES)('%s', (mode) => {
  it.each(WRONG)('finds %s, and the schedule replays to the same', async (_, request) => {
    const situation = await situationOf(request);
    const { outcome, witness } = await sampleSchedules(situation, { ...SAMPLING, mode });
    expect(outcome).toBe('allowed');
    const steps = replay(situation, witness!.schedule, OPTIONS);
    expect(steps.at(-1)!.violation).toEqual(witness!.found.violation);
    expect(steps.slice(0, -1).every((step) => step.violation === undefined)).toBe(true);
  });

  it('accuses nobody who is right, and says what ended it', async () => {
    const situation = await situationOf({ scenario: 'flag-left-behind', policy: 'deferred-cpu' });
    const { outcome, result } = await sampleSchedules(situation, { ...SAMPLING, mode });
    expect(outcome).toBe('not-found-within-the-bound');
    expect(result).toMatchObject({ executions: 300, stoppedBy: 'execution-limit' });
    expect(result.steps).toBeGreaterThan(300 * 10);
  });

  it('does the same for the same seed, and something else for another', async () => {
    const situation = await situationOf({ scenario: 'crossroads', policy: 'none' });
    const found = async (seed: number) => {
      const { result } = await sampleSchedules(situation, { ...SAMPLING, mode, seed, maxExecutions: 20 });
      return { ...result, found: result.found?.schedule };
    };
    const seven = await found(7);
    expect(await found(7)).toEqual(seven);
    expect(await found(8)).not.toEqual(seven);
  });

  it('is over when it is told so', async () => {
    const situation = await situationOf({ scenario: 'kthread-return' });
    const signal = AbortSignal.abort();
    const { result } = await sampleSchedules(situation, { ...SAMPLING, mode, signal });
    expect(result).toMatchObject({ executions: 0, stoppedBy: 'interrupted' });
  });
});

describe('what is remembered of states', () => {
  it.each([
    ['the seed', { scenario: 'kthread-return' }, 'sc'],
    ['another mm', { scenario: 'other-mm', arch: 'arm64-a00' }, 'sc'],
    ['two mms', { scenario: 'crossroads' }, 'sc'],
    ['store buffers', { scenario: 'ordering-d', arch: 'arm64-a11' }, 'pso'],
    ['late loads', { scenario: 'ordering-d', arch: 'arm64-a11' }, 'rmo'],
    // The controls: something goes wrong, late enough to have been there before.
    ['the seed, nothing in the kernel', { scenario: 'kthread-return', policy: 'none' }, 'sc'],
    ['two mms, nothing in the kernel', { scenario: 'crossroads', policy: 'none' }, 'sc'],
  ] as const)('changes nothing: %s', async (_, request, memory) => {
    const parts = spaceParts(await situationOf(request), { ...OPTIONS, memory });
    const bounds = { maxExecutions: 4000, maxSteps: 1000, over: () => undefined };
    const walked = new Space(parts);
    const work = sample(walked, randomWalk(1), bounds);
    let slice = work.next();
    while (!slice.done) slice = work.next();
    const space = new Space(parts);
    const asked = walkedByHand(space, bounds);
    expect({ ...slice.value, found: slice.value.found?.violation }).toMatchObject(asked);
    expect(asked.found === undefined).toBe(!('policy' in request));
    expect(walked.sharingKnowledge).toEqual(space.sharingKnowledge);
  });
});

/** As `sample` with a random walk, with the machine asked at each step what can happen. */
function walkedByHand(
  space: Space,
  { maxExecutions, maxSteps }: { readonly maxExecutions: number; readonly maxSteps: number },
): { readonly executions: number; readonly steps: number; readonly found: Violation | undefined } {
  const random = new Random(1);
  let steps = 0;
  for (let executions = 1; executions <= maxExecutions; executions++) {
    space.beginAgain();
    for (let step = 0; step < maxSteps && !space.isFinished && !space.violation; step++) {
      const possible = space.transitions();
      expect(space.enabled.isStuck).toBe(false);
      space.take(possible[random.below(possible.length)]!);
      steps++;
    }
    if (space.violation && !space.sharingGrew) return { executions, steps, found: space.violation };
  }
  return { executions: maxExecutions, steps, found: undefined };
}

/** Nobody has gone ahead, so that nothing is known to be shared at first. */
function sampledAlone(
  parts: SpaceParts,
  seed: number,
): { readonly space: Space; readonly result: SampleResult } {
  const space = new Space(parts);
  const work = sample(space, randomWalk(seed), { maxExecutions: 200, maxSteps: 1000, over: () => undefined });
  let slice = work.next();
  while (!slice.done) slice = work.next();
  return { space, result: slice.value };
}

describe('what turns out to be shared', () => {
  it.each([
    ['sc', 'rounds'],
    ['rmo', 'boot'],
  ] as const)(
    'is known in the execution that is judged, so that it replays: %s, from %s',
    async (memory, from) => {
      const situation = await situationOf({ scenario: 'kthread-return', policy: 'none', rounds: 2 });
      const options = { ...OPTIONS, memory, from };
      let later = 0;
      for (let seed = 0; seed < 8; seed++) {
        const { space, result } = sampledAlone(spaceParts(situation, options), seed);
        const { found, executions } = result;
        if (executions > 1) later++;
        const steps = replay(situation, expand(space, found!.schedule), options);
        expect(steps.at(-1)!.violation).toEqual(found!.violation);
      }
      // The first execution meets what is shared, and is not judged.
      expect(later).toBe(8);
    },
  );
});

it('looks up between executions, however long they are', async () => {
  const situation = await situationOf({ scenario: 'kthread-return', rounds: 50 });
  const parts = spaceParts(situation, OPTIONS);
  let executions = 0;
  const over = (): undefined => {
    executions++;
  };
  const work = sample(new Space(parts), randomWalk(1), { maxExecutions: 100, maxSteps: 10_000, over });
  const between: number[] = [];
  for (let slice = work.next(); !slice.done; slice = work.next()) between.push(executions);
  const steps = 50 * 20;
  expect(between.length).toBeGreaterThan((100 * steps) / 8192 / 2);
});

describe('PCT', () => {
  it('runs whoever has the highest priority, until a change puts it behind everybody', () => {
    const scheduler = pct({ seed: 1, cpus: 2, depth: 2, steps: 8 });
    const possible = new IntList();
    for (const transition of [cpuStep(0), cpuStep(1), delivery(1)]) possible.push(transition);
    scheduler.begin();
    const chosen = Array.from({ length: 8 }, () => scheduler.choose(possible));
    expect(new Set(chosen).size).toBe(2);
    const [before, after] = [chosen[0], chosen[7]];
    const change = chosen.indexOf(after!);
    expect(chosen).toEqual(chosen.map((_, step) => (step < change ? before : after)));
    scheduler.begin();
    expect(Array.from({ length: 8 }, () => scheduler.choose(possible))).not.toEqual(chosen);
  });

  it('states the chance that the paper proves', () => {
    expect(pctChance({ cpus: 2, depth: 1, steps: 100 })).toBe(1 / 8);
    expect(pctChance({ cpus: 2, depth: 3, steps: 100 })).toBe(1 / (8 * 100 * 100));
  });

  it('finds in crossroads with fewer executions what random walks find as well', async () => {
    const situation = await situationOf({ scenario: 'crossroads', policy: 'none' });
    const executions = async (mode: (typeof SAMPLING_MODES)[number]): Promise<number> => {
      let sum = 0;
      for (const seed of [1, 2, 3, 4, 5]) {
        const sampling = { ...SAMPLING, mode, seed, maxExecutions: 10_000 };
        const { outcome, result } = await sampleSchedules(situation, sampling);
        expect(outcome).toBe('allowed');
        sum += result.executions;
      }
      return sum;
    };
    expect(5 * (await executions('pct'))).toBeLessThan(await executions('random'));
  });
});
