import { describe, expect, it, vi } from 'vitest';
import { Space, type Violation } from '../../src/explore/space.js';
import { PLACEMENTS, type Placement } from '../../src/jit/placement.js';
import type { Hazard, Step } from '../../src/scenarios/scenario.js';
import { cpuStep, ownFetch } from '../../src/trace/schedule.js';
import { partsOf } from './outcomes.js';
import { explored, hazardOf, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

/** Nobody executes the site while it is patched; who executes it afterwards may have fetched it before. */
function patchedAhead(before: readonly Step[]): Hazard {
  return hazardOf([
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'store-part', site: 'hot', part: 0 },
            { op: 'store-part', site: 'hot', part: 1 },
            { op: 'set', variable: 'patched', to: 1 },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'second',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'patched', atLeast: 1 },
            ...before,
            { op: 'call', site: 'hot', times: 1 },
          ],
        },
      ],
    },
  ]);
}

describe('a site that is patched while nobody executes it', () => {
  it.each(PLACEMENTS)('is never torn for an executor that serializes first: %s', async (placement) => {
    const { outcome, result } = await explored({
      scenario: patchedAhead([{ op: 'serialize' }]),
      placement,
    });
    expect(outcome).toBe('forbidden');
    expect(result.states).toBeGreaterThan(10);
  });

  it.each(PLACEMENTS)('is torn for one that does not, unless one store covers it: %s', async (placement) => {
    const { outcome, witness } = await explored({ scenario: patchedAhead([]), placement });
    expect([outcome, witness?.found.violation.kind]).toEqual(
      placement === 'within-word' ? ['forbidden', undefined] : ['allowed', 'torn'],
    );
  });
});

/** Cpu 1 fetches these blocks, then everything is stored, then cpu 1 executes. */
async function fetchedEarly(
  placement: Placement,
  blocks: readonly number[],
): Promise<Violation['kind'] | undefined> {
  const situation = await situationOf({ scenario: patchedAhead([]), placement });
  const space = new Space(
    partsOf(situation, { fetching: 'any-time', from: 'rounds', granularity: 'access' }),
  );
  for (const block of blocks) {
    expect(space.transitions()).toContain(ownFetch(1, 0, block));
    space.take(ownFetch(1, 0, block));
    expect(space.transitions()).not.toContain(ownFetch(1, 0, block));
  }
  for (const cpu of [0, 1]) {
    while (!space.violation && space.transitions().includes(cpuStep(cpu))) space.take(cpuStep(cpu));
  }
  return space.violation?.kind;
}

describe('lines fetched before both stores, the others after them', () => {
  it.each([
    ['none', [], undefined],
    ['the first', [0], 'torn'],
    ['the second', [1], 'torn'],
    ['both, one after the other', [1, 0], undefined],
  ] as const)('of a site across a line: %s', async (_, blocks, kind) => {
    expect(await fetchedEarly('across-line', blocks)).toBe(kind);
  });

  it.each(['within-word', 'across-word'] as const)(
    'a site on one line has one block, and is all there or not: %s',
    async (placement) => {
      expect(await fetchedEarly(placement, [])).toBeUndefined();
      expect(await fetchedEarly(placement, [0])).toBeUndefined();
      await expect(fetchedEarly(placement, [1])).rejects.toThrow();
    },
  );
});
