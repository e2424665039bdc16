/** A set of state hashes in memory that several searches share: open addressing, claimed with compare-and-swap.
 *
 *  The low half of a hash claims a slot, the high half follows; whoever adds and finds the low half waits for the other. It does not
 *  grow: a set that gets full says so, and the search is begun again with a larger one.
 *
 *  Limit: as of StateSet, two states with the same hash are taken for one. */
import type { VisitedStates } from './depthFirst.js';

const FULL = 0.6;
const WORDS_PER_SLOT = 2;

export class SharedStateSet implements VisitedStates {
  readonly isOwn = false;
  readonly #words: Int32Array;
  readonly #mask: number;
  /** States that this one was the first to add. */
  added = 0;

  /** @param words from `allocate`. */
  constructor(words: Int32Array) {
    this.#words = words;
    this.#mask = words.length / WORDS_PER_SLOT - 1;
  }

  /** @param capacity slots, a power of two. */
  static allocate(capacity: number): Int32Array {
    return new Int32Array(new SharedArrayBuffer(capacity * WORDS_PER_SLOT * 4));
  }

  /** How many states fit. */
  static room(words: Int32Array): number {
    return (words.length / WORDS_PER_SLOT) * FULL;
  }

  add(low: number, high: number): boolean {
    // 0 marks what is empty, or not written yet.
    const first = low | 0 || 1;
    const second = high | 0 || 1;
    let slot = (first ^ (second >>> 7)) & this.#mask;
    for (;;) {
      const at = slot * WORDS_PER_SLOT;
      let here = Atomics.load(this.#words, at);
      if (here === 0) {
        here = Atomics.compareExchange(this.#words, at, 0, first);
        if (here === 0) {
          Atomics.store(this.#words, at + 1, second);
          this.added++;
          return true;
        }
      }
      if (here === first) {
        let there = Atomics.load(this.#words, at + 1);
        while (there === 0) there = Atomics.load(this.#words, at + 1);
        if (there === second) return false;
      }
      slot = (slot + 1) & this.#mask;
    }
  }
}
