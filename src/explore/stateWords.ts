/** The words of a state: written through one door, so that every write can be hashed and taken back.
 *
 *  The hash is the exclusive or over all words of a mix of address and value; a write changes it by two terms.
 *
 *  What a transition depends on is noted on the way: every word that is read or written by it. Whoever reads a word past
 *  `read` has to note it. */
import { IntList } from './intList.js';
import { mixHigh, mixLow } from './mix.js';

/** A moment to come back to. */
export interface Mark {
  readonly undo: number;
  readonly low: number;
  readonly high: number;
}

/** One that is still to be filled in. */
export class Moment implements Mark {
  undo = 0;
  low = 0;
  high = 0;
}

export class StateWords {
  readonly words: Int32Array;
  /* Pairs of address and old value. */
  readonly #undo = new IntList();
  low = 0;
  high = 0;
  /** Words that were read or written since `watch`, each once, in the order of the first time. */
  readonly touched = new IntList();
  /** What each of them held before. */
  readonly touchedValues = new IntList();
  /* By word: when it was noted last. */
  readonly #notedAt: Int32Array;
  #watch = 1;

  constructor(words: Int32Array) {
    this.words = words;
    this.#notedAt = new Int32Array(words.length);
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
    if (this.#notedAt[address] === this.#watch) return;
    this.#notedAt[address] = this.#watch;
    this.touched.push(address);
    this.touchedValues.push(this.words[address]!);
  }

  /** Was the word noted since `watch`? */
  wasTouched(address: number): boolean {
    return this.#notedAt[address] === this.#watch;
  }

  /** From now on, what is touched belongs to another transition. */
  watch(): void {
    if (this.#watch === LAST_WATCH) {
      this.#notedAt.fill(0);
      this.#watch = 0;
    }
    this.#watch++;
    this.touched.length = 0;
    this.touchedValues.length = 0;
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

  /** Writes words of which what they change in the hash is added up elsewhere.
   *  @param writes pairs of address and value, from `first` up to `end`. */
  replace(writes: Int32Array, first: number, end: number): void {
    const { words } = this;
    const undo = this.#undo;
    let at = undo.length | 0;
    undo.grow(at + end - first);
    const { values } = undo;
    for (let write = first | 0; write < end; write = (write + 2) | 0) {
      const address = writes[write]!;
      values[at] = address;
      values[(at + 1) | 0] = words[address]!;
      words[address] = writes[(write + 1) | 0]!;
      at = (at + 2) | 0;
    }
  }

  /** Writes a word that only names something: what it adds to the hash is given, instead of its value. */
  writeName(address: number, value: number, low: number, high: number): void {
    this.note(address);
    this.#log(address, this.words[address]!);
    this.words[address] = value;
    this.low ^= low;
    this.high ^= high;
  }

  /** @param moment what is filled in. */
  mark(moment = new Moment()): Mark {
    moment.undo = this.#undo.length;
    moment.low = this.low;
    moment.high = this.high;
    return moment;
  }

  /** Takes back every write since the mark. */
  rewind({ undo, low, high }: Mark): void {
    const { words } = this;
    const { values, length } = this.#undo;
    for (let at = length; at > undo; at = (at - 2) | 0) words[values[at - 2]!] = values[at - 1]!;
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

/* Then watches are counted from the beginning. */
const LAST_WATCH = 0x7fffffff;
