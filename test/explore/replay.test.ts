import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Exploration, replay, spaceParts } from '../../src/engines/exploration.js';
import { checkSampledPaths, checkSchedule, checkWitness } from '../../src/explore/determinism.js';
import { Space } from '../../src/explore/space.js';
import { StateSet } from '../../src/explore/stateSet.js';
import { DEADLOCK } from '../../src/explore/violations.js';
import { tell } from '../../src/explore/witness.js';
import { POINT } from '../../src/kernel/orderingPoints.js';
import type { SerializationPolicy } from '../../src/kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../../src/kernel/syncCoreBeforeUsermode.js';
import { policy as mainline } from '../../src/policies/mainline.js';
import { replayDocument, replayText } from '../../src/report/replayText.js';
import {
  cpuStep,
  delivery,
  drain,
  invalidation,
  lateLoad,
  ownFetch,
  ownFetchPast,
  parseSchedule,
  printSchedule,
  putOff,
  type Transition,
  writeBack,
} from '../../src/trace/schedule.js';
import { interruptThenSchedule } from './historicalBugs.js';
import { partsOf } from './outcomes.js';
import { explored, OPTIONS, type Request, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const hashOf = (space: Space): string => `${space.low} ${space.high}`;

describe('what goes wrong', () => {
  it('is said once, by the step that it happens in, also where the schedule goes on', async () => {
    const request = { scenario: 'kthread-return', policy: 'none' };
    const { witness } = await explored(request);
    const situation = await situationOf(request);
    const schedule = [...witness!.schedule, cpuStep(1)];
    const steps = replay(situation, schedule, OPTIONS);
    const wrong = steps.flatMap((step, index) => (step.violation ? [index] : []));
    expect(wrong).toEqual([witness!.schedule.length - 1]);
    const document = replayDocument(situation, schedule, steps);
    expect(document).toMatchObject({ violation: 'stale', violationAt: witness!.schedule.length });
    expect(replayText(document, 2)).toContain(`stale at step ${witness!.schedule.length}\n`);
  });

  it('has to happen when it is made again', async () => {
    const request = { scenario: 'kthread-return', policy: 'none' };
    const { witness } = await explored(request);
    const parts = spaceParts(await situationOf(request), OPTIONS);
    const made = new Space({ ...parts, granularity: 'access' });
    const steps = tell(made, witness!.schedule);
    checkWitness(made, steps, witness!.found.violation);
    expect(() => checkWitness(made, steps.slice(0, -1), witness!.found.violation)).toThrow('does not happen');
    expect(() => checkWitness(made, steps, DEADLOCK)).toThrow('deadlock');
  });
});

describe('StateSet', () => {
  it('is a set of pairs, beyond the size at which it grows, and with the pair that marks an empty slot', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer()), { maxLength: 200 }),
        (pairs) => {
          const set = new StateSet();
          const model = new Set<string>();
          for (const [low, high] of [...pairs, ...pairs, [0, 0] as const]) {
            // (0, 0) is stored as (1, 0): a collision like any other of the hash.
            const key = low === 0 && high === 0 ? '1 0' : `${low} ${high}`;
            expect(set.add(low, high)).toBe(!model.has(key));
            model.add(key);
          }
          expect(set.size).toBe(model.size);
        },
      ),
    );
    const many = new StateSet();
    for (let i = 0; i < 200_000; i++) many.add(i, ~i);
    expect(many.size).toBe(200_000);
    for (let i = 0; i < 200_000; i += 1000) expect(many.add(i, ~i)).toBe(false);
  });
});

describe('a schedule', () => {
  const transition: fc.Arbitrary<Transition> = fc.oneof(
    fc.nat(29).map(cpuStep),
    fc.nat(29).map(delivery),
    fc.tuple(fc.nat(29), fc.nat(255), fc.nat(1)).map(([cpu, unit, block]) => ownFetch(cpu, unit, block)),
    fc.tuple(fc.nat(29), fc.nat(255), fc.nat(1)).map(([cpu, unit, block]) => ownFetchPast(cpu, unit, block)),
    fc.tuple(fc.nat(255), fc.nat(1)).map(([unit, block]) => writeBack(unit, block)),
    fc.tuple(fc.nat(29), fc.nat(11)).map(([cpu, store]) => drain(cpu, store)),
    fc.nat(29).map(invalidation),
    fc.nat(29).map(putOff),
    fc.tuple(fc.nat(29), fc.nat(3)).map(([cpu, load]) => lateLoad(cpu, load)),
  );

  it('is read as it was printed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(transition, fc.integer({ min: 1, max: 40 }))), (runs) => {
        const schedule = runs.flatMap(([one, times]) => Array.from({ length: times }, () => one));
        expect(parseSchedule(printSchedule(schedule))).toEqual(schedule);
      }),
    );
  });

  it.each(['x', '1 2y0', '~1', '!', '1x', '1.5', '-1', '~1.0.2', '<1.0', '>', '@'])('refuses %j', (text) => {
    expect(() => parseSchedule(text)).toThrow(expect.objectContaining({ code: 'E_SCHEDULE' }));
  });
});

describe('taking back', () => {
  const requests: readonly Request[] = [
    { scenario: 'kthread-return' },
    { scenario: 'caller-migrates' },
    { scenario: 'interrupt-reschedules', policy: 'deferred-cpu' },
    { scenario: 'other-mm', arch: 'riscv64', policy: 'riscv-stale-mask' },
    { scenario: 'cpu-online' },
  ];

  /* Down, back up to any earlier moment, down another way: the search does nothing else. Routines in flight, and those
   * of interrupts on top of them, have to be built again from what earlier branches left on the tapes. */
  it.each(requests.map((request) => [request.scenario, request] as const))(
    'and going on another way is the same as having gone there at once: %s',
    async (_, request) => {
      const situation = await situationOf(request);
      fc.assert(
        fc.property(
          fc.constantFrom('visible' as const, 'access' as const),
          fc.constantFrom('boot' as const, 'rounds' as const),
          fc.array(fc.tuple(fc.boolean(), fc.nat(10_000)), { minLength: 100, maxLength: 500 }),
          (granularity, from, moves) => {
            // A visible step depends on what is known to be shared, so a first walk finds that out.
            const parts = partsOf(situation, { fetching: 'any-time', granularity, from });
            const learning = new Space(parts);
            wander(learning, moves);
            const space = learning.restarted(parts);
            const { path, hashes, grew } = wander(space, moves);
            fc.pre(granularity === 'access' || !grew);
            const straight = learning.restarted(parts);
            expect(
              path.map((transition) => {
                straight.take(transition);
                straight.violation = undefined;
                return hashOf(straight);
              }),
            ).toEqual(hashes);
          },
        ),
        { numRuns: 60, seed: 7 },
      );
    },
  );
});

/** Goes on, or back by any number of steps and on from there. @returns the way to where it ended. */
function wander(
  space: Space,
  moves: readonly (readonly [goesBack: boolean, choice: number])[],
): { readonly path: Transition[]; readonly hashes: string[]; readonly grew: boolean } {
  const path: Transition[] = [];
  const hashes: string[] = [];
  const marks = [space.mark()];
  for (const [goesBack, choice] of moves) {
    const choices = space.transitions();
    if ((goesBack && choice % 3 === 0 && path.length > 0) || choices.length === 0) {
      const to = Math.max(0, path.length - 1 - (choice % 30));
      space.rewind(marks[to]!);
      for (const list of [path, hashes]) list.length = to;
      marks.length = to + 1;
      continue;
    }
    const transition = choices[choice % choices.length]!;
    space.take(transition);
    space.violation = undefined;
    path.push(transition);
    hashes.push(hashOf(space));
    marks.push(space.mark());
  }
  return { path, hashes, grew: space.sharingGrew };
}

describe('the state that a search stands in', () => {
  const SAMPLED = 97;

  /* A search goes down, back and down again thousands of times, with routines in flight at each turning. */
  it.each(['caller-migrates', 'cpu-online', 'interrupt-reschedules'])(
    'is the one that its path leads to, one access after the other: %s',
    async (scenario) => {
      const situation = await situationOf({ scenario });
      const parts = partsOf(situation, { fetching: 'any-time', from: 'rounds' });
      let compared = 0;
      visit(new Space(parts), 12_000, (space, path, visited) => {
        if (visited % SAMPLED !== 0) return;
        const straight = new Space({ ...parts, granularity: 'access' });
        for (const transition of path) straight.take(transition);
        expect({ at: printSchedule(path), hash: hashOf(straight) }).toEqual({
          at: printSchedule(path),
          hash: hashOf(space),
        });
        compared++;
      });
      expect(compared).toBeGreaterThan(3);
    },
  );
});

/** Depth first, each state once. @param look is given the way there as single accesses. */
function visit(
  space: Space,
  most: number,
  look: (space: Space, path: readonly Transition[], visited: number) => void,
): void {
  const states = new StateSet();
  const opening: Transition[] = [];
  space.log = opening;
  space.beginAgain();
  const stack = [{ mark: space.mark(), choices: space.transitions(), path: opening }];
  let visited = 0;
  while (stack.length > 0 && visited < most) {
    const { mark, choices, path } = stack.at(-1)!;
    const transition = choices.pop();
    if (transition === undefined) {
      stack.pop();
      continue;
    }
    space.rewind(mark);
    const way = path.slice();
    space.log = way;
    space.take(transition);
    visited++;
    look(space, way, visited);
    if (space.violation || space.isFinished) space.violation = undefined;
    else if (states.add(space.low, space.high))
      stack.push({ mark: space.mark(), choices: space.transitions(), path: way });
  }
}

describe('a witness', () => {
  const request: Request = { scenario: interruptThenSchedule, kernel: { syncCoreIpi: 'implicit' } };
  let exploration: Exploration;

  beforeAll(async () => {
    exploration = await explored(request);
  });

  it('replays from its printed schedule to the same violation, without knowing what is shared', async () => {
    const { schedule, steps } = exploration.witness!;
    const again = replay(await situationOf(request), parseSchedule(printSchedule(schedule)), OPTIONS);
    expect(again.at(-1)!.violation).toEqual(steps.at(-1)!.violation);
    expect(again.at(-1)!.violation).toEqual(exploration.witness!.found.violation);
    expect(again.slice(0, -1).every((step) => step.violation === undefined)).toBe(true);
  });

  it.each(['~1.9', '~1.0.1', '~9.0', '^1.0', '=0', '=9'])('has no step %s', async (step) => {
    const situation = await situationOf(request);
    expect(() => replay(situation, parseSchedule(step), OPTIONS)).toThrow(
      expect.objectContaining({ code: 'E_SCHEDULE' }),
    );
  });

  it('is no schedule of the kernel with the fix', async () => {
    const { schedule } = exploration.witness!;
    const situation = await situationOf({ scenario: interruptThenSchedule });
    const run = (): unknown => replay(situation, schedule, OPTIONS).at(-1)!.violation;
    let violation: unknown;
    try {
      violation = run();
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_SCHEDULE' });
    }
    expect(violation).toBeUndefined();
  });
});

describe('a choice that is not in the machine', () => {
  /** Serializes at every third switch, counted in a variable of its own. */
  function countsOutside(): SerializationPolicy {
    let calls = 0;
    return {
      ...mainline,
      *finishTaskSwitch(c) {
        if (calls++ % 3 === 0) yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.finishTaskSwitchSync);
      },
    };
  }

  it('is detected before the search', async () => {
    await expect(explored({ scenario: 'kthread-return', policy: countsOutside() })).rejects.toMatchObject({
      code: 'E_NONDETERMINISM',
      message: expect.stringMatching(/^the same schedule came to two different states at step \d+ of \d+: /),
    });
  });

  it('is detected on a given schedule, and on sampled paths', async () => {
    const planted = partsOf(await situationOf({ scenario: 'kthread-return', policy: countsOutside() }), {
      granularity: 'access',
    });
    expect(() => checkSampledPaths(() => new Space(planted), 1)).toThrow(
      expect.objectContaining({ code: 'E_NONDETERMINISM' }),
    );
    const { witness } = await explored({ scenario: 'kthread-return', policy: 'none' });
    expect(() => checkSchedule(() => new Space(planted), witness!.schedule)).toThrow(
      expect.objectContaining({ code: 'E_NONDETERMINISM' }),
    );
  });

  it('is not seen where there is none', async () => {
    for (const scenario of ['kthread-return', 'caller-migrates', 'cpu-online']) {
      const parts = partsOf(await situationOf({ scenario }), { fetching: 'any-time' });
      checkSampledPaths(() => new Space(parts), 1);
    }
  });
});
