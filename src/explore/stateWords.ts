/** The words of a state: written through one door, so that every write can be hashed and taken back.
 *
 *  The hash is the exclusive or over all words of a mix of address and value; a write changes it by two terms.
 *
 *  What a transition depends on is noted on the way: every word that is read or written by it. Words that are read together
 *  are noted as one (`joined`). Whoever reads a word past `read` has to note it. */
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

/* Bits of names, and how many of them are shared by names that have none of their own. */
const BITS = 32;
const SHARED_BITS = 16;

export class StateWords {
  readonly words: Int32Array;
  /* Pairs of address and old value. */
  readonly #undo = new IntList();
  low = 0;
  high = 0;
  /** What was read or written since `watch`, each once: words, or the first of those that are noted as one. */
  readonly touched = new IntList();
  /* By word: what it is noted as. */
  readonly #names: Int32Array;
  /* By name: when it was noted last, and when it was last found to be written. */
  readonly #notedAt: Int32Array;
  readonly #writtenAt: Int32Array;
  /* By name: one of 32 bits, for a quick look at whether two sets of names may have one in common. */
  readonly #bits: Int32Array;
  #distinguished = 0;
  #watch = 1;
  #look = 0;
  /** Bits of what was found to be written last. */
  writtenBits = 0;

  constructor(words: Int32Array) {
    this.words = words;
    this.#names = new Int32Array(words.length);
    this.#notedAt = new Int32Array(words.length);
    this.#writtenAt = new Int32Array(words.length);
    this.#bits = new Int32Array(words.length);
    for (let address = 0; address < words.length; address++) {
      this.#names[address] = address;
      this.#bits[address] = 1 << (address % SHARED_BITS);
    }
  }

  /** Gives a word a bit of its own, as long as there are some: for words that are often the only one that is written. */
  distinguish(address: number): void {
    const bit = this.#distinguished++ % (BITS - SHARED_BITS);
    this.#bits[address] = 1 << (SHARED_BITS + bit);
  }

  bitOf(name: number): number {
    return this.#bits[name]!;
  }

  /** Notes the words of a run as one from now on. */
  join({ start, end }: Run): void {
    this.#names.fill(start, start, end);
  }

  /** Begins to hash: to be called when the first state is written. */
  begin(): void {
    for (let address = 0; address < this.words.length; address++) this.#toggle(address, this.words[address]!);
  }

  read(address: number): number {
    this.note(address);
    return this.words[address]!;
  }

  note(address: number): void {
    const name = this.#names[address]!;
    if (this.#notedAt[name] === this.#watch) return;
    this.#notedAt[name] = this.#watch;
    this.touched.push(name);
  }

  /** Was the word noted since `watch`? */
  wasTouched(address: number): boolean {
    return this.#notedAt[this.#names[address]!] === this.#watch;
  }

  /** From now on, what is touched belongs to another transition. */
  watch(): void {
    this.#watch = next(this.#watch, this.#notedAt);
    this.touched.length = 0;
  }

  /** Finds out what was written since the mark. */
  lookAtWritten({ undo }: Mark): void {
    this.#look = next(this.#look, this.#writtenAt);
    const { values } = this.#undo;
    let bits = 0;
    for (let at = this.#undo.length; at > undo; at -= 2) {
      const name = this.#names[values[at - 2]!]!;
      this.#writtenAt[name] = this.#look;
      bits |= this.#bits[name]!;
    }
    this.writtenBits = bits;
  }

  /** Was it, when that was found out last? */
  wasWritten(name: number): boolean {
    return this.#writtenAt[name] === this.#look;
  }

  write(address: number, value: number): void {
    // Even if it holds the value already: that is why nothing changes.
    this.note(address);
    const old = this.words[address]!;
    if (old === value) return;
    this.#log(address, old);
    this.#toggle(address, old);
    this.words[address] = value;
    this.#toggle(address, value);
  }

  /** Writes a word that only names something: what it adds to the hash is given, instead of its value. */
  writeName(address: number, value: number, low: number, high: number): void {
    this.note(address);
    this.#log(address, this.words[address]!);
    this.words[address] = value;
    this.low ^= low;
    this.high ^= high;
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

const MOST = 0x7fffffff;

/** The moment after this one. Where there is none, nothing that was marked before counts any more.
 *  @param marked moments. */
function next(moment: number, marked: Int32Array): number {
  if (moment < MOST) return moment + 1;
  marked.fill(0);
  return 1;
}
