/** The words of a state: written through one door, so that every write can be hashed and taken back.
 *
 *  The hash is the exclusive or over all words of a mix of address and value; a write changes it by two terms. */
import { IntList } from './intList.js';
import { mixHigh, mixLow } from './mix.js';

/** A moment to come back to. */
export interface Mark {
  readonly undo: number;
  readonly low: number;
  readonly high: number;
}

/** A run of words. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export class StateWords {
  readonly words: Int32Array;
  /* Pairs of address and old value. */
  readonly #undo = new IntList();
  /* What a run held before it was changed. */
  #before: Int32Array = new Int32Array(1024);
  low = 0;
  high = 0;

  constructor(words: Int32Array) {
    this.words = words;
  }

  /** Begins to hash: to be called when the first state is written. */
  begin(): void {
    for (let address = 0; address < this.words.length; address++) this.#toggle(address, this.words[address]!);
  }

  write(address: number, value: number): void {
    const old = this.words[address]!;
    if (old === value) return;
    this.#log(address, old);
    this.#toggle(address, old);
    this.words[address] = value;
    this.#toggle(address, value);
  }

  /** Writes a word that only names something: what it adds to the hash is given, instead of its value. */
  writeName(address: number, value: number, low: number, high: number): void {
    this.#log(address, this.words[address]!);
    this.words[address] = value;
    this.low ^= low;
    this.high ^= high;
  }

  /** Runs something that writes past the door, and only within these runs of words. */
  change(runs: readonly Run[], change: () => number): number {
    let length = 0;
    for (const { start, end } of runs) {
      if (length + end - start > this.#before.length)
        this.#before = longerThan(this.#before, length + end - start);
      for (let address = start; address < end; address++) this.#before[length++] = this.words[address]!;
    }
    const result = change();
    let i = 0;
    for (const { start, end } of runs) {
      for (let address = start; address < end; address++) {
        const old = this.#before[i++]!;
        const now = this.words[address]!;
        if (old === now) continue;
        this.#log(address, old);
        this.#toggle(address, old);
        this.#toggle(address, now);
      }
    }
    return result;
  }

  mark(): Mark {
    return { undo: this.#undo.length, low: this.low, high: this.high };
  }

  /** Takes back every write since the mark. */
  rewind({ undo, low, high }: Mark): void {
    const { values } = this.#undo;
    for (let at = this.#undo.length; at > undo; at -= 2) this.words[values[at - 2]!] = values[at - 1]!;
    this.#undo.length = undo;
    this.low = low;
    this.high = high;
  }

  #log(address: number, value: number): void {
    this.#undo.push(address);
    this.#undo.push(value);
  }

  #toggle(address: number, value: number): void {
    this.low ^= mixLow(address, value);
    this.high ^= mixHigh(address, value);
  }
}

function longerThan(array: Int32Array, length: number): Int32Array {
  const longer = new Int32Array(2 * length);
  longer.set(array);
  return longer;
}
