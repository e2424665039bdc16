import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/base/random.js';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { HardwareWords } from '../../src/explore/hardwareWords.js';
import { IntList } from '../../src/explore/intList.js';
import { LEAF, type Leaf, UNKNOWN } from '../../src/explore/leaves.js';
import { Space, type SpaceParts } from '../../src/explore/space.js';
import { StateWords } from '../../src/explore/stateWords.js';
import { TransitionTree } from '../../src/explore/transitionTree.js';
import { cpuStep, ownFetch, type Transition } from '../../src/trace/schedule.js';
import { inRandomSpaces } from './randomSpaces.js';
import { OPTIONS } from './situations.js';
import { stationBytes } from './stationBytes.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const HAZARDS = await hazardNames();
const WALKS = 8;
const STEPS = 80;

interface Counts {
  /** Transitions that were known, and were compared. */
  compared: number;
  /** The same, after a word had turned out to be shared. */
  afterGrowth: number;
  /** Transitions that went wrong: these must never be known. */
  wrong: number;
}

/** Random walks, begun again where more turns out to be shared. Whatever is known of a transition is compared with what the
 *  machine does. */
function check(parts: SpaceParts, counts: Counts): void {
  const space = new Space(parts);
  const random = new Random(3);
  const isBytes = stationBytes(space);
  let hasGrown = false;
  for (let walk = 0; walk < WALKS; walk++) {
    space.beginAgain();
    for (let step = 0; step < STEPS && !space.isFinished; step++) {
      hasGrown ||= space.sharingGrew;
      const possible = space.transitions();
      if (possible.length === 0) break;
      const transition = possible[random.below(possible.length)]!;
      const leaf = space.find(transition);
      const before = space.mark();
      if (leaf !== UNKNOWN) {
        const { values } = space.leaves;
        const behind = [before.low ^ values[leaf + LEAF.low]!, before.high ^ values[leaf + LEAF.high]!];
        const made = machineMade(space, transition);
        expect(made.hash).toEqual(behind);
        space.take(transition, leaf);
        expect([space.low, space.high]).toEqual(behind);
        expect(
          space.words.findIndex((value, word) => isBytes[word] === 0 && value !== made.words[word]),
        ).toBe(-1);
        counts.compared++;
        if (hasGrown) counts.afterGrowth++;
      } else {
        space.take(transition);
        // A forbidden outcome is a question about the whole state.
        if (space.violation && space.violation.kind !== 'forbidden-outcome') {
          counts.wrong++;
          space.rewind(before);
          expect(space.find(transition)).toBe(UNKNOWN);
        }
        space.violation = undefined;
      }
    }
  }
}

function machineMade(
  space: Space,
  transition: Transition,
): { readonly hash: number[]; readonly words: Int32Array } {
  const before = space.mark();
  space.log = [];
  space.take(transition);
  space.log = undefined;
  // A forbidden outcome is a question about the whole state.
  if (space.violation?.kind !== 'forbidden-outcome') expect(space.violation).toBeUndefined();
  space.violation = undefined;
  const made = { hash: [space.low, space.high], words: space.words.slice() };
  space.rewind(before);
  return made;
}

describe('what is known of a transition is what the machine does', () => {
  const counts: Counts = { compared: 0, afterGrowth: 0, wrong: 0 };

  it.each(HAZARDS)('in %s', async (name) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const request = { scenario: name, arch, policy, rounds: 1, callsPerRound: 1 };
        check(spaceParts(await prepareSituation(request), { ...OPTIONS, memory }), counts);
      }
    }
  });

  it('in random programs', async () => {
    await inRandomSpaces({ numRuns: 60, seed: 5 }, (parts) => {
      check(parts, counts);
    });
  });

  it('of thousands, before and after a word turned out to be shared, and of none that goes wrong', () => {
    expect(counts.compared).toBeGreaterThan(20_000);
    expect(counts.afterGrowth).toBeGreaterThan(10_000);
    expect(counts.wrong).toBeGreaterThan(50);
  });
});

const WORDS = 600;
const READER = cpuStep(0);
const WRITER = cpuStep(1);
const WATCHED = 1;

/** Of a machine in which nothing happens but what a test does. */
function emptyTree(): { readonly tree: TransitionTree; readonly state: StateWords } {
  const state = new StateWords(new Int32Array(WORDS));
  const tree = new TransitionTree(state, new HardwareWords(WORDS), WORDS - 1);
  tree.begin();
  return { tree, state };
}

function makeKnown(tree: TransitionTree, state: StateWords, transition: Transition, make: () => void): Leaf {
  const before = state.mark();
  state.watch();
  make();
  tree.noteChanges();
  return tree.learn(transition, before);
}

function wordsOf(...words: number[]): IntList {
  const list = new IntList();
  for (const word of words) list.push(word);
  return list;
}

describe('a word that nothing has changed is left out', () => {
  /** More transitions that read it are known than there are before words are left out. */
  function known(): { readonly tree: TransitionTree; readonly state: StateWords } {
    const { tree, state } = emptyTree();
    for (let word = 2; word < WORDS - 1; word++) {
      const other = ownFetch(0, word % 256, word >> 8);
      makeKnown(tree, state, other, () => state.read(WATCHED) + state.read(word));
    }
    makeKnown(tree, state, READER, () => state.read(WATCHED));
    expect(tree.find(READER)).not.toBe(UNKNOWN);
    return { tree, state };
  }

  it('until a transition changes it', () => {
    const { tree, state } = known();
    const before = state.mark();
    makeKnown(tree, state, WRITER, () => state.write(WATCHED, 5));
    expect(tree.find(READER)).toBe(UNKNOWN);
    state.rewind(before);
    expect(tree.find(READER)).not.toBe(UNKNOWN);
    expect(tree.find(WRITER)).not.toBe(UNKNOWN);
  });

  it('or a search begins where it is another', () => {
    const { tree, state } = known();
    state.write(WATCHED, 5);
    tree.begin();
    expect(tree.find(READER)).toBe(UNKNOWN);
  });

  it('and what touches it is forgotten all the same', () => {
    const { tree, state } = known();
    makeKnown(tree, state, WRITER, () => state.read(2));
    tree.forget(wordsOf(WATCHED));
    expect(tree.find(READER)).toBe(UNKNOWN);
    expect(tree.find(WRITER)).not.toBe(UNKNOWN);
  });
});

it('each of many values of a word leads to its own leaf, also after something else was forgotten', () => {
  const { tree, state } = emptyTree();
  const leaves = Array.from({ length: 9 }, (_, value) => {
    state.write(WATCHED, value);
    expect(tree.find(READER)).toBe(UNKNOWN);
    return makeKnown(tree, state, READER, () => state.read(WATCHED));
  });
  makeKnown(tree, state, WRITER, () => state.read(2));
  const found = (): Leaf[] =>
    leaves.map((_, value) => {
      state.write(WATCHED, value);
      return tree.find(READER);
    });
  expect(found()).toEqual(leaves);
  tree.forget(wordsOf(2));
  expect(tree.find(WRITER)).toBe(UNKNOWN);
  expect(found()).toEqual(leaves);
});
