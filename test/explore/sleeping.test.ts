import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/base/random.js';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { DepthFirst, type VisitedStates } from '../../src/explore/depthFirst.js';
import { isKnown, KINDS, LEAF, type Leaf } from '../../src/explore/leaves.js';
import { Space, type SpaceParts, type Violation } from '../../src/explore/space.js';
import { cpuStep } from '../../src/trace/schedule.js';
import { inRandomSpaces } from './randomSpaces.js';
import { OPTIONS } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const HAZARDS = await hazardNames();
const MOST = 20_000;

/** In the order in which they were entered; nobody sleeps unless these are the search's own. */
class Recorded implements VisitedStates {
  readonly states = new Set<bigint>();
  lookups = 0;

  readonly isOwn: boolean;

  constructor(isOwn: boolean) {
    this.isOwn = isOwn;
  }

  add(low: number, high: number): boolean {
    this.lookups++;
    const { size } = this.states;
    return this.states.add(hashOf(low, high)).size > size;
  }
}

function hashOf(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

interface Counts {
  compared: number;
  /** Of these, spaces in which something goes wrong. */
  wrong: number;
  /** Spaces that were left out: about a quarter. */
  tooLarge: number;
  /** Steps that slept. */
  asleep: number;
}

interface Walked {
  readonly steps: number;
  readonly executions: number;
  readonly depth: number;
  readonly violation: Violation | undefined;
}

/** Searches with and without sleeping, both knowing all that is shared. */
function compare(parts: SpaceParts, counts: Counts): void {
  let known = new Space(parts);
  for (let grew = true; grew; ) {
    const { steps } = walked(known, new Recorded(true));
    if (steps > MOST) {
      counts.tooLarge++;
      return;
    }
    grew = known.sharingGrew;
    known = known.restarted(parts);
  }
  const looked = new Recorded(false);
  const slept = new Recorded(true);
  const expected = walked(known.restarted(parts), looked);
  expect(walked(known.restarted(parts), slept)).toEqual(expected);
  expect([...slept.states]).toEqual([...looked.states]);
  counts.compared++;
  if (expected.violation) counts.wrong++;
  counts.asleep += looked.lookups - slept.lookups;
}

/** To the end, or until something goes wrong or turns out to be shared. */
function walked(space: Space, visited: Recorded): Walked {
  const walk = new DepthFirst(space, visited);
  let violation = walk.enter();
  while (!violation && !space.sharingGrew && !walk.isDone && walk.steps <= MOST) violation = walk.advance();
  const { steps, executions, depth } = walk;
  return { steps, executions, depth, violation };
}

describe('where steps sleep, the same states are entered as where each state is looked up', () => {
  const counts: Counts = { compared: 0, wrong: 0, tooLarge: 0, asleep: 0 };

  it.each(HAZARDS)('in %s', async (name) => {
    for (const [arch, memory] of [
      ['x86-64', 'sc'],
      ['x86-64', 'tso'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const request = { scenario: name, arch, policy, rounds: 1, callsPerRound: 1 };
        compare(spaceParts(await prepareSituation(request), { ...OPTIONS, memory }), counts);
      }
    }
  });

  it('in random programs', async () => {
    await inRandomSpaces({ numRuns: 100, seed: 7 }, (parts) => {
      compare(parts, counts);
    });
  });

  it('hundreds of times, with a hundred thousand steps asleep', () => {
    expect(counts.compared).toBeGreaterThan(300);
    expect(counts.wrong).toBeGreaterThan(100);
    expect(counts.tooLarge).toBeLessThan(130);
    expect(counts.asleep).toBeGreaterThan(100_000);
  });
});

/** Does a transition read or write a common word that another one writes? */
function touchesWritten(values: Int32Array, leaf: Leaf, other: Leaf): boolean {
  const low = values[leaf + LEAF.touchedLow]! & values[other + LEAF.writtenLow]!;
  const high = values[leaf + LEAF.touchedHigh]! & values[other + LEAF.writtenHigh]!;
  return (low | high) !== 0;
}

/** In each state of some random walks, every two steps of which neither is said to change the other are made one after the
 *  other. What is known of the second must then be what is known of it there.
 *  @returns how many there were. */
function exchanged(parts: SpaceParts): number {
  const space = new Space(parts);
  const { leaves } = space;
  const random = new Random(3);
  let exchanges = 0;
  for (let walk = 0; walk < 16; walk++) {
    space.beginAgain();
    for (let step = 0; step < 80 && !space.isFinished && !space.violation; step++) {
      const possible = space.transitions();
      if (possible.length === 0) break;
      const now = space.mark();
      const known = Array.from({ length: space.spec.cpus }, (_, cpu) => space.findOut(cpuStep(cpu)));
      // What was found out before a word turned out to be shared may be forgotten.
      for (const [first, made] of space.sharingGrew ? [] : known.entries()) {
        if (!isKnown(made) || leaves.isImpossible(made) || leaves.values[made + LEAF.kind] === KINDS.endsAll)
          continue;
        for (const [second, leaf] of known.entries()) {
          if (second === first || !isKnown(leaf) || touchesWritten(leaves.values, leaf, made)) continue;
          space.take(cpuStep(first), made);
          expect(space.findOut(cpuStep(second))).toBe(leaf);
          space.violation = undefined;
          space.rewind(now);
          exchanges++;
        }
      }
      space.take(possible[random.below(possible.length)]!);
    }
  }
  return exchanges;
}

describe('a step that another is said not to change does the same after it', () => {
  let exchanges = 0;

  it.each(HAZARDS)('in %s', async (name) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const request = { scenario: name, arch, policy, rounds: 1, callsPerRound: 1 };
        exchanges += exchanged(spaceParts(await prepareSituation(request), { ...OPTIONS, memory }));
      }
    }
  });

  it('tens of thousands of times', () => {
    expect(exchanges).toBeGreaterThan(20_000);
  });
});
