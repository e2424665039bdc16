/** What transitions do to the state, each once for all states in which it does the same: the leaves of the transition tree.
 *
 *  A leaf says what is written, by how much that changes the hash, and what the transition depends on, so that much can be
 *  decided about a state without making it.
 *
 *  Source: the hash is one by difference (Zobrist, 1970). */
import type { WordAddress } from '../base/ids.js';
import type { CommonWords } from './commonWords.js';
import type { HardwareWords } from './hardwareWords.js';
import { IntList } from './intList.js';
import type { StateWords } from './stateWords.js';

/** Where a leaf begins; or one of the two below. */
export type Leaf = number;

export const UNKNOWN: Leaf = -1;
/** It cannot happen, and that is all that is known. */
export const IMPOSSIBLE: Leaf = -2;

/** Is there such a leaf? */
export function isKnown(leaf: Leaf): boolean {
  return leaf >= 0;
}

interface Hash {
  readonly low: number;
  readonly high: number;
}

/** What happens: something after which tasks are left, or none, or nothing. */
export const KINDS = { goesOn: 0, endsAll: 1, impossible: 2 } as const;

/** Fields of a leaf: which of these; what is changed in the hash; where the leaf ends; for which cpus code that is fetched, and
 *  interrupts that are delivered, make a difference to it, as bits; which common words it reads or writes, and which it writes;
 *  and behind that, the words that are written, each with its value.
 *
 *  Of two transitions of different cpus, one does the same after the other where it touches nothing that the other writes. */
export const LEAF = {
  kind: 0,
  low: 1,
  high: 2,
  end: 3,
  fetches: 4,
  deliveries: 5,
  touchedLow: 6,
  touchedHigh: 7,
  writtenLow: 8,
  writtenHigh: 9,
  writes: 10,
} as const;
/* V8 takes what a module has itself for constant, and loads what it imports, or a property, at each use. */
const KIND = LEAF.kind;
const LOW = LEAF.low;
const HIGH = LEAF.high;
const END = LEAF.end;
const FETCHES = LEAF.fetches;
const DELIVERIES = LEAF.deliveries;
const TOUCHED_LOW = LEAF.touchedLow;
const TOUCHED_HIGH = LEAF.touchedHigh;
const WRITTEN_LOW = LEAF.writtenLow;
const WRITTEN_HIGH = LEAF.writtenHigh;
const WRITES = LEAF.writes;

/** Enough for most searches: most are small. */
const USUAL_NUMBERS = 1 << 12;

export class Leaves {
  readonly #state: StateWords;
  readonly #hardware: HardwareWords;
  readonly #common: CommonWords;
  readonly #liveTasks: WordAddress;
  readonly #numbers = new IntList(USUAL_NUMBERS);

  /** @param liveTasks the word that is 0 where no task is left. */
  constructor(state: StateWords, hardware: HardwareWords, common: CommonWords, liveTasks: WordAddress) {
    this.#state = state;
    this.#hardware = hardware;
    this.#common = common;
    this.#liveTasks = liveTasks;
  }

  /** All of them, for hot loops; another array after one was added. */
  get values(): Int32Array {
    return this.#numbers.values;
  }

  /** How much memory all of them take, in numbers. */
  get size(): number {
    return this.#numbers.length;
  }

  /** Is it known that it cannot happen? */
  isImpossible(leaf: Leaf): boolean {
    return isKnown(leaf) ? this.#numbers.values[leaf + KIND] === KINDS.impossible : leaf === IMPOSSIBLE;
  }

  /** The cpus for which it makes a difference whether code is fetched before it or after it, as bits. */
  dependentFetches(leaf: Leaf): number {
    return this.#numbers.values[leaf + FETCHES]!;
  }

  /** The same of interrupts that are delivered. */
  dependentDeliveries(leaf: Leaf): number {
    return this.#numbers.values[leaf + DELIVERIES]!;
  }

  /** Writes what the transition writes. */
  follow(leaf: Leaf): void {
    const { values } = this.#numbers;
    this.#state.replace(values, leaf + WRITES, values[leaf + END]!);
    this.#state.low ^= values[leaf + LOW]!;
    this.#state.high ^= values[leaf + HIGH]!;
  }

  /** The transition that was watched, and has been made.
   *  @param before hash of the state before it. */
  add(before: Hash): Leaf {
    return this.#add(KINDS.goesOn, before);
  }

  /** One that was watched, and could not happen. */
  addImpossible(): Leaf {
    return this.#add(KINDS.impossible, this.#state);
  }

  /** A word that the transition touches has become common. */
  addCommon(leaf: Leaf, word: WordAddress): void {
    const { values } = this.#numbers;
    const low = this.#common.low[word]!;
    const high = this.#common.high[word]!;
    values[leaf + TOUCHED_LOW]! |= low;
    values[leaf + TOUCHED_HIGH]! |= high;
    for (let at = leaf + WRITES; at < values[leaf + END]!; at += 2) {
      if (values[at] !== word) continue;
      values[leaf + WRITTEN_LOW]! |= low;
      values[leaf + WRITTEN_HIGH]! |= high;
      return;
    }
  }

  #add(happens: number, before: Hash): Leaf {
    const numbers = this.#numbers;
    const common = this.#common;
    const { touched, touchedValues, words, low, high } = this.#state;
    const leaf = numbers.length;
    numbers.grow(leaf + WRITES + 2 * touched.length);
    const { values } = numbers;
    let kind = happens;
    let end = leaf + WRITES;
    let fetches = 0;
    let deliveries = 0;
    let touchedLow = 0;
    let touchedHigh = 0;
    let writtenLow = 0;
    let writtenHigh = 0;
    for (let i = 0; i < touched.length; i++) {
      const address = touched.values[i]!;
      const isWritten = words[address] !== touchedValues.values[i];
      fetches |= this.#hardware.dependentFetches(address, isWritten ? 'write' : 'read');
      deliveries |= this.#hardware.dependentDeliveries(address);
      touchedLow |= common.low[address]!;
      touchedHigh |= common.high[address]!;
      if (!isWritten) continue;
      writtenLow |= common.low[address]!;
      writtenHigh |= common.high[address]!;
      values[end++] = address;
      values[end++] = words[address]!;
      if (address === this.#liveTasks && words[address] === 0) kind = KINDS.endsAll;
    }
    values[leaf + KIND] = kind;
    values[leaf + LOW] = low ^ before.low;
    values[leaf + HIGH] = high ^ before.high;
    values[leaf + END] = end;
    values[leaf + FETCHES] = fetches;
    values[leaf + DELIVERIES] = deliveries;
    values[leaf + TOUCHED_LOW] = touchedLow;
    values[leaf + TOUCHED_HIGH] = touchedHigh;
    values[leaf + WRITTEN_LOW] = writtenLow;
    values[leaf + WRITTEN_HIGH] = writtenHigh;
    numbers.length = end;
    return leaf;
  }
}
