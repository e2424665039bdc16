/** Processes that go round in circles, and meet at a shared word now and then: no scenario comes back to a state in so many ways.
 *  A search where steps sleep has to visit every state of theirs. */
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.js';
import { DepthFirst } from '../../src/explore/depthFirst.js';
import { KINDS, LEAF } from '../../src/explore/leaves.js';
import type { Space } from '../../src/explore/space.js';
import { StateSet } from '../../src/explore/stateSet.js';
import { Moment } from '../../src/explore/stateWords.js';

/* A state is a number: two bits for where each process is, and behind them one for each word. */
const PLACES = 4;
const PLACE_BITS = 2;
const MOST_PROCESSES = 4;
const WORDS_AT = MOST_PROCESSES * PLACE_BITS;

/** What a process does at a place, by the value of the word that it touches there. */
interface Deed {
  /** NO_WORD where it touches none. */
  readonly word: number;
  readonly to: readonly [number, number];
  /** What it writes, if it does. */
  readonly writes: readonly [number, number] | undefined;
}

const NO_WORD = -1;

type Processes = readonly (readonly (Deed | undefined)[])[];

function processesOf(seed: number): Processes {
  const random = new Random(seed);
  const places = 2 + random.below(2);
  const words = 1 + random.below(2);
  const pair = (below: number): [number, number] => [random.below(below), random.below(below)];
  const deed = (): Deed | undefined => {
    if (random.below(100) < 45) {
      const word = random.below(words);
      const writes = random.below(2) === 0 ? undefined : pair(2);
      return { word, to: pair(places), writes };
    }
    if (random.below(10) === 0) return undefined;
    const to = random.below(places);
    return { word: NO_WORD, to: [to, to], writes: undefined };
  };
  return Array.from({ length: 3 + (random.below(3) === 0 ? 1 : 0) }, () =>
    Array.from({ length: places }, deed),
  );
}

const LEAF_NUMBERS = LEAF.writes;

/** Processes as the space that a search knows. There is a leaf for each process, its place, and the value that it reads there. */
class Toy {
  readonly spec: { readonly cpus: number };
  low = 0;
  readonly high = 1;
  readonly violation = undefined;
  readonly sharingGrew = false;
  readonly isFinished = false;
  readonly isWeaklyOrdered = false;
  readonly enabled = {
    addWriteBacks: () => {},
    addDeliveries: () => {},
    addFetches: () => {},
    hasEnded: false,
    isStuck: false,
  };
  readonly leaves: { readonly values: Int32Array; low: (leaf: number, from: { low: number }) => number };
  readonly #processes: Processes;

  constructor(processes: Processes) {
    this.#processes = processes;
    this.spec = { cpus: processes.length };
    const values = Int32Array.from(
      processes.flatMap((deeds, process) =>
        Array.from({ length: PLACES }, (_, place) =>
          [0, 1].flatMap((value) => leafOf(process, place, value, deeds[place])),
        ).flat(),
      ),
    );
    this.leaves = { values, low: (leaf, from) => from.low ^ values[leaf + LEAF.low]! };
  }

  isImpossible(leaf: number): boolean {
    return this.leaves.values[leaf + LEAF.kind] === KINDS.impossible;
  }

  mark(moment = new Moment()): Moment {
    moment.low = this.low;
    moment.high = this.high;
    return moment;
  }

  rewind({ low }: Moment): void {
    this.low = low;
  }

  findOut(process: number): number {
    const place = (this.low >> (process * PLACE_BITS)) % PLACES;
    const word = this.#processes[process]![place]?.word ?? NO_WORD;
    const value = word === NO_WORD ? 0 : (this.low >> (WORDS_AT + word)) & 1;
    return ((process * PLACES + place) * 2 + value) * LEAF_NUMBERS;
  }

  follow(_process: number, leaf: number): void {
    this.low = this.leaves.low(leaf, this);
  }
}

/** As leaves.ts has it; a word has its own bit. */
function leafOf(process: number, place: number, value: number, deed: Deed | undefined): number[] {
  const leaf = new Array<number>(LEAF_NUMBERS).fill(0);
  if (!deed) {
    leaf[LEAF.kind] = KINDS.impossible;
    return leaf;
  }
  const { word, to, writes } = deed;
  leaf[LEAF.kind] = KINDS.goesOn;
  leaf[LEAF.low] = (place ^ to[value]!) << (process * PLACE_BITS);
  if (word !== NO_WORD) leaf[LEAF.touchedLow] = 1 << word;
  if (!writes) return leaf;
  leaf[LEAF.low]! ^= (value ^ writes[value]!) << (WORDS_AT + word);
  leaf[LEAF.writtenLow] = 1 << word;
  return leaf;
}

function statesVisited(processes: Processes): number {
  const states = new StateSet();
  const walk = new DepthFirst(new Toy(processes) as unknown as Space, states);
  walk.enter();
  while (!walk.isDone) walk.advance();
  return states.size;
}

function statesThereAre(processes: Processes): number {
  const toy = new Toy(processes);
  const seen = new Set([toy.low]);
  for (const state of seen) {
    for (let process = 0; process < processes.length; process++) {
      toy.low = state;
      const leaf = toy.findOut(process);
      if (toy.isImpossible(leaf)) continue;
      seen.add(toy.leaves.low(leaf, toy));
    }
  }
  return seen.size;
}

/** Of the first 600,000 those that miss states where one on the way counts as done: when it was looked up, or was slept to. */
const TANGLED = [31_572, 276_484, 376_566, 443_640, 545_593, 547_651, 162_043];

it('where steps sleep, every state is visited, however often ways come back', () => {
  const seeds = [...TANGLED, ...Array(3000).keys()];
  let large = 0;
  for (const seed of seeds) {
    const processes = processesOf(seed);
    const there = statesThereAre(processes);
    expect({ seed, visited: statesVisited(processes) }).toEqual({ seed, visited: there });
    if (there > 30) large++;
  }
  expect(large).toBeGreaterThan(100);
});
