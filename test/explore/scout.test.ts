import { expect, it, vi } from 'vitest';
import { boundsOf, explore, inSlices, spaceParts } from '../../src/engines/exploration.js';
import { scout } from '../../src/explore/scout.js';
import { search } from '../../src/explore/search.js';
import { Sharing, sharedWords } from '../../src/explore/sharing.js';
import { Space } from '../../src/explore/space.js';
import { OPTIONS, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

it('finds what a search finds, and nothing that is not there', async () => {
  const situation = await situationOf({ scenario: 'caller-migrates' });
  const parts = spaceParts(situation, OPTIONS);
  const searched = new Space(parts);
  const { states, stoppedBy } = await inSlices(search(searched, boundsOf(OPTIONS, 0)));
  expect(stoppedBy).toBe('exhausted');
  const scouted = new Space(parts);
  const knowledge = scout(scouted);
  // Nothing that the search does not know, and little that is left for it to find.
  const space = new Space(parts);
  space.learnSharing(knowledge);
  const again = await inSlices(search(space, boundsOf(OPTIONS, 0)));
  expect(again.states).toBe(states);
  expect(again.repetitions).toBeLessThan(4);
  expect(sharedWords(space.sharingKnowledge)).toEqual(sharedWords(searched.sharingKnowledge));
});

it.each([
  ['caller-migrates', 'x86-64', 'sc'],
  ['relay', 'x86-64', 'sc'],
  ['running-peer', 'x86-64', 'tso'],
  ['torn-patch', 'arm64-a11', 'rmo'],
] as const)(
  'what was learnt of a step before it was heard of is forgotten: %s, %s, %s',
  async (scenario, arch, memory) => {
    const parts = spaceParts(await situationOf({ scenario, arch }), { ...OPTIONS, memory, from: 'boot' });
    const bounds = boundsOf(OPTIONS, 0);
    const { states } = await inSlices(search(new Space(parts), bounds));
    for (const maxStates of [10, 50, 150]) {
      const space = new Space(parts);
      await inSlices(search(space, { ...bounds, maxStates }));
      space.hearOfSharing(scout(space.restarted(parts)));
      space.beginAgain();
      expect((await inSlices(search(space, bounds))).states).toBe(states);
    }
  },
);

it('what is heard makes a search begin again only where it is a conflict that was not known', () => {
  const own = new Sharing(4);
  own.noteRead(0, 0);
  own.noteWrite(1, 1);
  const heard = (more: (other: Sharing) => void): boolean => {
    const other = new Sharing(4);
    more(other);
    own.hear(other.knowledge);
    return own.grew;
  };
  expect(heard((other) => other.noteRead(0, 1))).toBe(false);
  expect(heard((other) => other.noteWrite(1, 1))).toBe(false);
  expect(heard((other) => other.noteWrite(2, 0))).toBe(false);
  expect(heard((other) => other.noteWrite(0, 1))).toBe(true);
  expect(own.mayReadAlone(0, 0)).toBe(false);
  own.grew = false;
  expect(heard((other) => other.noteWrite(0, 1))).toBe(false);
  expect(heard((other) => other.noteInterrupt(1))).toBe(true);
  // Of two others that know of no conflict, each for itself.
  own.grew = false;
  expect(heard((other) => other.noteRead(3, 0))).toBe(false);
  expect(heard((other) => other.noteWrite(3, 1))).toBe(true);
});

it.each([
  ['kthread-return', 'x86-64', 'sc'],
  ['caller-migrates', 'x86-64', 'sc'],
  ['ordering-d', 'arm64-a11', 'rmo'],
] as const)(
  'saves a search of the same space repetitions, and nothing else: %s, %s, %s',
  async (scenario, arch, memory) => {
    const parts = spaceParts(await situationOf({ scenario, arch }), { ...OPTIONS, memory });
    const bounds = boundsOf(OPTIONS, 0);
    const alone = await inSlices(search(new Space(parts), bounds));
    const space = new Space(parts);
    scout(space, 2);
    const { states, steps, executions, depth, stoppedBy, repetitions } = await inSlices(
      search(space, bounds),
    );
    expect({ states, steps, executions, depth, stoppedBy }).toEqual({
      states: alone.states,
      steps: alone.steps,
      executions: alone.executions,
      depth: alone.depth,
      stoppedBy: alone.stoppedBy,
    });
    expect(repetitions).toBeLessThan(alone.repetitions);
  },
);

it.each([
  ['icache-migration', 'x86-64', 'sc'],
  ['icache-migration', 'riscv64', 'sc'],
] as const)(
  'what goes wrong is found as if nobody had gone ahead: %s, %s, %s',
  async (scenario, arch, memory) => {
    const situation = await situationOf({ scenario, arch });
    const options = { ...OPTIONS, memory };
    const alone = await inSlices(search(new Space(spaceParts(situation, options)), boundsOf(options, 0)));
    expect(alone.stoppedBy).toBe('violation');
    expect((await explore(situation, options)).result).toEqual(alone);
  },
);
