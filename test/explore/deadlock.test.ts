import { expect, it, vi } from 'vitest';
import { search } from '../../src/explore/search.js';
import { Space } from '../../src/explore/space.js';
import { partsOf } from './outcomes.js';
import { explored, hazardOf, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

/** Both tasks sleep in the end, and nobody wakes them. Where an icache is not coherent, there are two copies of the code by
 *  then, which the hardware may fetch in turn for ever. */
const scenario = hazardOf([
  {
    name: 'writer',
    process: 'jit',
    on: 'first',
    program: [
      { op: 'spin', until: 'called', atLeast: 1 },
      { op: 'store', site: 'hot' },
      { op: 'wait', event: 'never', signals: 1 },
    ],
  },
  {
    name: 'reader',
    process: 'jit',
    on: 'second',
    program: [
      { op: 'call', site: 'hot', times: 1 },
      { op: 'set', variable: 'called', to: 1 },
      { op: 'wait', event: 'never', signals: 1 },
    ],
  },
]);

it.each([
  ['x86-64', 'sc'],
  ['x86-64', 'tso'],
  ['arm64-a00', 'sc'],
  ['arm64-a00', 'pso'],
  ['arm64-a11', 'rmo'],
  ['arm32', 'sc'],
] as const)(
  'nobody can go on, whatever the hardware fetches or writes back: %s, %s',
  async (arch, memory) => {
    for (const fetching of ['any-time', 'on-execution'] as const) {
      const { outcome, witness } = await explored({ scenario, arch }, { memory, fetching, from: 'boot' });
      expect(outcome).toBe('allowed');
      expect(witness?.found.violation.kind).toBe('deadlock');
      expect(witness?.isShortest).toBe(true);
    }
  },
);

const NO_BOUNDS = { maxStates: Infinity, maxExecutions: Infinity, over: () => undefined };

it('the schedule that a search has found leads there, and no further', async () => {
  for (const memory of ['sc', 'tso'] as const) {
    const parts = partsOf(await situationOf({ scenario }), { memory });
    const space = new Space(parts);
    const searching = search(space, NO_BOUNDS);
    let slice = searching.next();
    while (!slice.done) slice = searching.next();
    const { found } = slice.value;
    expect(found?.violation.kind).toBe('deadlock');
    const again = space.restarted(parts);
    for (const transition of found!.schedule) {
      expect(again.enabled.isStuck).toBe(false);
      expect(again.transitions()).toContain(transition);
      again.take(transition);
    }
    expect(again.enabled.isStuck).toBe(true);
  }
});
