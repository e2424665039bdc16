import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/base/random.js';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { Space, type SpaceParts } from '../../src/explore/space.js';
import { stateLayout } from '../../src/explore/stateLayout.js';
import { stationWords } from '../../src/explore/stationStates.js';
import { BUFFER_WORDS } from '../../src/explore/storeBuffers.js';
import type { Transition } from '../../src/trace/schedule.js';
import { inRandomSpaces } from './randomSpaces.js';
import { OPTIONS } from './situations.js';
import { stationBytes } from './stationBytes.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const HAZARDS = await hazardNames();

/** What a transition does: to the hash, and to the oracle. */
function effectOf(space: Space, transition: Transition): readonly [number, number, string | undefined] {
  const mark = space.mark();
  space.take(transition);
  // A forbidden outcome is a question about the whole state.
  const kind = space.violation?.kind;
  space.violation = undefined;
  return [space.low ^ mark.low, space.high ^ mark.high, kind === 'forbidden-outcome' ? undefined : kind];
}

/** A random walk. Each transition on the way is made a second time, with every word changed that it has not noted: it must
 *  do the same. @returns how many were. */
function check(parts: SpaceParts, steps: number): number {
  const space = new Space(parts);
  // So that nothing is taken for known.
  space.log = [];
  const { words } = space;
  const random = new Random(7);
  const change = changerOf(space, parts, random);
  let checked = 0;
  for (let step = 0; step < steps && !space.isFinished; step++) {
    const possible = space.transitions();
    if (possible.length === 0) break;
    const transition = possible[random.below(possible.length)]!;
    const mark = space.mark();
    // Twice: the first time may find that a word is shared.
    effectOf(space, transition);
    space.rewind(mark);
    const effect = effectOf(space, transition);
    const untouched = Array.from(words.keys()).filter((word) => !space.hasTouched(word));
    space.rewind(mark);
    const before = words.slice();
    for (const word of untouched) words[word] = change(word);
    expect(effectOf(space, transition)).toEqual(effect);
    space.rewind(mark);
    words.set(before);
    checked++;
    space.take(transition);
    space.violation = undefined;
  }
  return checked;
}

/** Another value for a word that means something: where a number names or counts, 0 or one less. */
function changerOf(space: Space, { spec, memory }: SpaceParts, random: Random): (word: number) => number {
  const { words } = space;
  const at = stateLayout(space.layout, spec, memory);
  // The stations show these bytes, and are words of their own.
  const isBytes = stationBytes(space);
  const isIn = (word: number, start: number, length: number): boolean =>
    word >= start && word < start + length;
  return (word) => {
    const value = words[word]!;
    if (isBytes[word] === 1) return value;
    if (isIn(word, at.lane(0), at.lane(spec.cpus) - at.lane(0))) return value;
    if (isIn(word, at.stations, stationWords(spec.cpus))) return 0;
    if (memory !== 'sc' && isIn(word, at.buffer(0), spec.cpus * BUFFER_WORDS)) {
      return (word - at.buffer(0)) % BUFFER_WORDS === 0 ? Math.max(0, value - 1) : value;
    }
    if (word >= at.queues) return Math.max(0, value - 1);
    return value ^ (1 + random.below(6));
  };
}

describe('every word that a transition depends on is noted', () => {
  let checked = 0;

  it.each(HAZARDS)('in %s', async (name) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
    ] as const) {
      const request = { scenario: name, arch, policy: 'mainline', rounds: 1, callsPerRound: 1 };
      checked += check(spaceParts(await prepareSituation(request), { ...OPTIONS, memory }), 150);
    }
  });

  it('in random programs', async () => {
    await inRandomSpaces({ numRuns: 60, seed: 5 }, (parts) => {
      checked += check(parts, 100);
    });
  });

  it('of thousands', () => {
    expect(checked).toBeGreaterThan(5000);
  });
});
