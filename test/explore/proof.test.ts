/** Today's kernel, proved: 3 cpus, 4 user threads and a kernel thread, 2 address spaces. And the control, which is not. */
import { expect, it, vi } from 'vitest';
import { boundsOf, inSlices, spaceParts } from '../../src/engines/exploration.js';
import { search } from '../../src/explore/search.js';
import { Space } from '../../src/explore/space.js';
import { explored, OPTIONS, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

it('mainline: no schedule of crossroads goes wrong', async () => {
  const { outcome, result } = await explored({ scenario: 'crossroads', policy: 'mainline' });
  expect(outcome).toBe('forbidden');
  expect(result).toMatchObject({ complete: true, stoppedBy: 'exhausted' });
  // Somebody who has not gone ahead to see what is shared has looked at the same states.
  const situation = await situationOf({ scenario: 'crossroads', policy: 'mainline' });
  const alone = await inSlices(search(new Space(spaceParts(situation, OPTIONS)), boundsOf(OPTIONS, 0)));
  expect(alone.states).toBe(result.states);
  expect(result.states).toBeGreaterThan(400_000);
});

it('none: some schedule of crossroads does', async () => {
  // Not the shortest, which takes as long to find as the proof.
  const situation = await situationOf({ scenario: 'crossroads', policy: 'none' });
  const work = search(new Space(spaceParts(situation, OPTIONS)), boundsOf(OPTIONS, 0));
  const { stoppedBy, found } = await inSlices(work);
  expect(stoppedBy).toBe('violation');
  expect(found!.violation.kind).toMatch(/stale|unserialized/);
});
