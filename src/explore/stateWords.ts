/** The words of a state: written through one door, so that every write can be hashed and taken back.
 *
 *  The hash is the exclusive or over all words of a mix of address and value; a write changes it by two terms. Code
 *  memory is written by the hardware model, not through the door: it is copied before and compared after. */
import { mixHigh, mixLow } from './mix.js';

/** A moment to come back to. */
export interface WordsMark {
  readonly undo: number;
  readonly low: number;
  readonly high: number;
}

/** In the undo log, in place of an address: a copy of code memory has to be put back. */
const CODE = -1;

export class StateWords {
  readonly words: Int32Array;
  /** Runs of words that belong to code memory. */
  readonly #code: readonly (readonly [start: number, end: number])[];
  /* Pairs of address and old value. */
  #undo = new Int32Array(1 << 16);
  #undoLength = 0;
  readonly #copies: Int32Array[] = [];
  low = 0;
  high = 0;

  constructor(words: Int32Array, code: readonly (readonly [start: number, end: number])[]) {
    this.words = words;
    this.#code = code;
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

  /** Runs something that may write anywhere in code memory. */
  changeCode(change: () => void): void {
    const before = this.#copyCode();
    this.#log(CODE, 0);
    this.#copies.push(before);
    change();
    let i = 0;
    for (const [start, end] of this.#code) {
      for (let address = start; address < end; address++, i++) {
        if (before[i] === this.words[address]) continue;
        this.#toggle(address, before[i]!);
        this.#toggle(address, this.words[address]!);
      }
    }
  }

  mark(): WordsMark {
    return { undo: this.#undoLength, low: this.low, high: this.high };
  }

  /** Takes back every write since the mark. */
  rewind(mark: WordsMark): void {
    while (this.#undoLength > mark.undo) {
      const value = this.#undo[--this.#undoLength]!;
      const address = this.#undo[--this.#undoLength]!;
      if (address === CODE) this.#restoreCode(this.#copies.pop()!);
      else this.words[address] = value;
    }
    this.low = mark.low;
    this.high = mark.high;
  }

  #log(address: number, value: number): void {
    if (this.#undoLength + 2 > this.#undo.length) {
      const longer = new Int32Array(this.#undo.length * 2);
      longer.set(this.#undo);
      this.#undo = longer;
    }
    this.#undo[this.#undoLength++] = address;
    this.#undo[this.#undoLength++] = value;
  }

  #toggle(address: number, value: number): void {
    this.low ^= mixLow(address, value);
    this.high ^= mixHigh(address, value);
  }

  #copyCode(): Int32Array {
    const copy = new Int32Array(this.#code.reduce((sum, [start, end]) => sum + end - start, 0));
    let i = 0;
    for (const [start, end] of this.#code) {
      copy.set(this.words.subarray(start, end), i);
      i += end - start;
    }
    return copy;
  }

  #restoreCode(copy: Int32Array): void {
    let i = 0;
    for (const [start, end] of this.#code) {
      this.words.set(copy.subarray(i, i + end - start), start);
      i += end - start;
    }
  }
}
