import { expect, it, vi } from 'vitest';
import { boundsOf, inSlices, spaceParts } from '../../src/engines/exploration.js';
import { SAMPLING_MODES, sampleSchedules } from '../../src/engines/sampling.js';
import { search } from '../../src/explore/search.js';
import { Space } from '../../src/explore/space.js';
import { explored, hazardOf, OPTIONS, situationOf } from './situations.js';

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

const MACHINES = [
  ['x86-64', 'sc'],
  ['x86-64', 'tso'],
  ['arm64-a00', 'sc'],
  ['arm64-a00', 'pso'],
  ['arm64-a11', 'rmo'],
  ['arm32', 'sc'],
] as const;

it.each(MACHINES)(
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

it.each(MACHINES)('a walk notices as well: %s, %s', async (arch, memory) => {
  const situation = await situationOf({ scenario, arch });
  for (const mode of SAMPLING_MODES) {
    const sampling = {
      ...OPTIONS,
      memory,
      from: 'boot',
      mode,
      seed: 1,
      maxExecutions: 100,
      depth: 2,
    } as const;
    const { outcome, witness } = await sampleSchedules(situation, sampling);
    expect(outcome).toBe('allowed');
    expect(witness?.found.violation.kind).toBe('deadlock');
  }
});

it.each(MACHINES)('the way that a search finds ends where nobody can go on: %s, %s', async (arch, memory) => {
  const options = { ...OPTIONS, memory, from: 'boot' } as const;
  const space = new Space(spaceParts(await situationOf({ scenario, arch }), options));
  const { found, depth } = await inSlices(search(space, boundsOf(options, 0)));
  const { schedule } = found!;
  space.beginAgain();
  for (const transition of schedule) {
    expect(space.isPossible(transition)).toBe(true);
    space.take(transition);
  }
  expect(space.enabled.isStuck).toBe(true);
  expect(depth).toBe(schedule.length);
});
