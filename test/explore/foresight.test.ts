import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { DepthFirst, type VisitedStates } from '../../src/explore/depthFirst.js';
import { IntList } from '../../src/explore/intList.js';
import { Space, type SpaceParts, type Violation } from '../../src/explore/space.js';
import { StateSet } from '../../src/explore/stateSet.js';
import { isOwnFetch } from '../../src/trace/schedule.js';
import { partsOf } from './outcomes.js';
import { programs } from './programs.js';
import { hazardOf, OPTIONS, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const MOST_STEPS = 5_000;
const HAZARDS = await hazardNames();

/** Goes where foresight says that it was, and compares. */
class Distrust implements VisitedStates {
  readonly states = new StateSet();
  foreseen = 0;
  /* The state that foresight sees behind the choice that is about to be made. */
  #expected: readonly [low: number, high: number] | undefined;

  has(low: number, high: number): boolean {
    this.#expected = [low, high];
    return false;
  }

  add(low: number, high: number): boolean {
    if (this.#expected) {
      expect([low, high]).toEqual(this.#expected);
      this.foreseen++;
    }
    this.#expected = undefined;
    return this.states.add(low, high);
  }
}

interface Walked {
  readonly walk: DepthFirst;
  /** Did it get to the end? */
  readonly isWhole: boolean;
  /** Where it ended at one. */
  readonly violation: Violation | undefined;
}

/** Begun again until nothing more turns out to be shared. */
function walked(parts: SpaceParts, visited: () => VisitedStates): Walked {
  const space = new Space(parts);
  for (;;) {
    const walk = new DepthFirst(space, visited());
    let violation = walk.enter();
    while (!violation && !walk.isDone && !space.sharingGrew && walk.steps < MOST_STEPS)
      violation = walk.advance();
    if (!space.sharingGrew) return { walk, isWhole: walk.isDone, violation };
    space.beginAgain();
  }
}

/* How often something went wrong: with `none` it must. */
let violations = 0;

/** @returns how many choices were foreseen. */
function check(parts: SpaceParts): number {
  const trusting = new StateSet();
  const states = { last: trusting };
  const { walk, isWhole, violation } = walked(parts, () => {
    states.last = new StateSet();
    return states.last;
  });
  const distrust = { last: new Distrust() };
  const other = walked(parts, () => {
    distrust.last = new Distrust();
    return distrust.last;
  });
  // Where it ends before the end, it ends at the same step.
  expect(other.isWhole).toBe(isWhole);
  expect(other.violation).toEqual(violation);
  if (violation) expect(other.walk.path).toEqual(walk.path);
  violations += violation ? 1 : 0;
  expect(distrust.last.states.size).toBe(states.last.size);
  const counts = ({ steps, executions, depth }: DepthFirst): object => ({ steps, executions, depth });
  expect(counts(other.walk)).toEqual(counts(walk));
  return distrust.last.foreseen;
}

describe('what foresight sees', () => {
  /* A hazard that goes wrong at once shows nothing; all of them together do. */
  let total = 0;
  it.each(HAZARDS)('is where the choice leads: %s', async (name) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const request = { scenario: name, arch, policy, rounds: 1, callsPerRound: 1 };
        const situation = await prepareSituation(request);
        for (const fetching of ['any-time', 'on-execution'] as const)
          total += check(spaceParts(situation, { ...OPTIONS, memory, fetching }));
      }
    }
  });

  it('is something', () => {
    expect(total).toBeGreaterThan(75_000);
    expect(violations).toBeGreaterThan(20);
  });

  it('is where the choice leads, in random programs', async () => {
    let foreseen = 0;
    await fc.assert(
      fc.asyncProperty(
        programs,
        fc.constantFrom('mainline', 'none', 'deferred-cpu', 'every-exit'),
        fc.constantFrom('any-time' as const, 'on-execution' as const),
        fc.constantFrom('visible' as const, 'access' as const),
        fc.constantFrom('sc' as const, 'tso' as const, 'pso' as const, 'rmo' as const),
        async (tasks, policy, fetching, granularity, memory) => {
          const scenario = hazardOf(tasks, { processes: ['jit', 'other'] });
          const situation = await situationOf({ scenario, policy });
          foreseen += check(partsOf(situation, { fetching, granularity, memory }));
        },
      ),
      { numRuns: 60, seed: 11 },
    );
    expect(foreseen).toBeGreaterThan(10_000);
  });
});

it('after a fetch, the same is possible as when everything is asked again', async () => {
  let fetches = 0;
  for (const arch of ['x86-64', 'arm64-a00', 'arm64-a01']) {
    const situation = await situationOf({ scenario: 'crossroads', arch });
    const space = new Space(spaceParts(situation, OPTIONS));
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 20, maxLength: 200 }), (choices) => {
        space.beginAgain();
        for (const choice of choices) {
          const list = new IntList();
          space.addTransitions(list);
          if (list.length === 0 || space.isFinished) return;
          const end = list.length;
          const transition = list.values[choice % end]!;
          space.take(transition);
          space.addTransitionsAfter(transition, list, 0, end);
          expect([...list.values.subarray(end, list.length)]).toEqual(space.transitions());
          if (isOwnFetch(transition)) fetches++;
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  }
  expect(fetches).toBeGreaterThan(500);
});
