import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/base/random.js';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { Choices } from '../../src/explore/choices.js';
import { Space, type SpaceParts } from '../../src/explore/space.js';
import { cpuStep, printSchedule, type Transition } from '../../src/trace/schedule.js';
import { outcomesOf, persistentSet, TooLarge } from './outcomes.js';
import { hazardOf, OPTIONS, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const HAZARDS = await hazardNames();
const MOST = 20_000;

describe('with what the hardware does by itself waiting, the same comes about as with everything that is possible', () => {
  const counts = { compared: 0, smaller: 0, wrong: 0, several: 0 };

  it.each(HAZARDS)('in %s', async (scenario) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['x86-64', 'sc'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
      ['riscv64', 'sc'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const situation = await prepareSituation({ scenario, arch, policy, rounds: 1, callsPerRound: 1 });
        const parts = spaceParts(situation, { ...OPTIONS, memory });
        try {
          const everything = outcomesOf(parts, 'each-state-once', MOST, 'everything');
          const tried = outcomesOf(parts, 'each-state-once', MOST, 'persistent-set');
          expect(tried.seen).toEqual(everything.seen);
          counts.compared++;
          if (tried.states < everything.states) counts.smaller++;
          if (everything.seen.length > 1) counts.several++;
          if (everything.seen.some((outcome) => /stale|unserialized|torn|forbidden/.test(outcome)))
            counts.wrong++;
        } catch (error) {
          if (!(error instanceof TooLarge)) throw error;
        }
      }
    }
  });

  it('in hundreds of spaces, in most of which it saves states and something may go wrong', () => {
    expect(counts.compared).toBeGreaterThan(200);
    expect(counts.smaller).toBeGreaterThan(150);
    expect(counts.several).toBeGreaterThan(100);
    expect(counts.wrong).toBeGreaterThan(80);
  });
});

const WALKS = 6;
const STEPS = 100;

/** Random walks. In each state, whatever waits is made before and after each of the choices: it must not matter.
 *  @returns how often that was compared. */
function commutes(parts: SpaceParts): number {
  const space = new Space(parts);
  const random = new Random(5);
  let compared = 0;
  for (let walk = 0; walk < WALKS; walk++) {
    space.beginAgain();
    for (let step = 0; step < STEPS && !space.isFinished; step++) {
      const possible = space.transitions();
      const tried = persistentSet(space);
      if (possible.length === 0) break;
      for (const waiting of possible.filter((one) => !tried.includes(one))) {
        for (const choice of tried) {
          const [first, last] = [inOrder(space, waiting, choice), inOrder(space, choice, waiting)];
          if (last === 'finished') continue;
          expect(first).toEqual(last);
          compared++;
        }
      }
      space.take(possible[random.below(possible.length)]!);
      space.violation = undefined;
    }
  }
  return compared;
}

/** Where two transitions lead, one after the other, made by the machine. */
function inOrder(space: Space, one: Transition, other: Transition): object | string {
  const before = space.mark();
  space.log = [];
  space.take(one);
  const isPossible = space.isPossible(other);
  const isFinished = space.isFinished || space.enabled.hasNoTasks;
  if (isPossible && !isFinished) space.take(other);
  const { low, high, violation } = space;
  space.log = undefined;
  space.violation = undefined;
  space.rewind(before);
  return isFinished ? 'finished' : { isPossible, low, high, kind: violation?.kind };
}

describe('what waits can be made before or after what does not', () => {
  let compared = 0;

  it.each(HAZARDS)('in %s', async (scenario) => {
    for (const [arch, memory, lazyTlb] of [
      ['x86-64', 'sc', 'deferred'],
      ['arm64-a00', 'pso', 'deferred'],
      ['arm64-a11', 'rmo', 'immediate'],
      ['riscv64', 'sc', 'immediate'],
    ] as const) {
      const kernel = { lazyTlb };
      compared += commutes(spaceParts(await situationOf({ scenario, arch, kernel }), { ...OPTIONS, memory }));
    }
  });

  it('tens of thousands of times', () => {
    expect(compared).toBeGreaterThan(20_000);
  });
});

it('code that was fetched before it was patched, while its cpu did something else, is executed after it was patched', async () => {
  const scenario = hazardOf([
    {
      name: 'writer',
      process: 'jit',
      on: 'first',
      program: [
        { op: 'store', site: 'hot' },
        { op: 'promise', site: 'hot' },
        { op: 'set', variable: 'patched', to: 1 },
      ],
    },
    {
      name: 'reader',
      process: 'jit',
      on: 'second',
      program: [
        { op: 'spin', until: 'patched', atLeast: 1 },
        { op: 'call', site: 'hot', times: 1 },
      ],
    },
  ]);
  const parts = spaceParts(await situationOf({ scenario }), { ...OPTIONS, from: 'boot' });
  const { seen } = outcomesOf(parts, 'each-state-once', MOST, 'persistent-set');
  expect(seen).toContain('stale');
});

it('what was handed over and cannot happen is refused, by name', async () => {
  const space = new Space(spaceParts(await situationOf({ scenario: 'kthread-return' }), OPTIONS));
  const waiting = (): Transition | undefined =>
    Array.from({ length: space.spec.cpus }, (_, cpu) => cpuStep(cpu)).find((step) => !space.isPossible(step));
  while (waiting() === undefined && !space.isFinished) space.take(space.transitions()[0]!);
  expect(() => new Choices(space).addGiven([waiting()!])).toThrow(
    `${printSchedule([waiting()!])} was handed over, and cannot happen`,
  );
});
