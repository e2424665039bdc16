/** A set of 64-bit state hashes: open addressing in one flat array, nothing allocated per state.
 *
 *  The two halves of a hash lie side by side: looking for a state that is there takes one line of the host's cache.
 *
 *  Limit: two different states with the same hash are taken for one. With n states the chance that any two collide
 *  is about n*n / 2^65: 1 in 3,000 for a hundred million. */

const WORDS_PER_SLOT = 2;
const INITIAL_CAPACITY = 1 << 10;
const FULL = 0.6;
const LARGE = 1 << 20;

export class StateSet {
  readonly isOwn: boolean = true;
  #words = new Int32Array(INITIAL_CAPACITY * WORDS_PER_SLOT);
  #mask = INITIAL_CAPACITY - 1;
  size = 0;

  /** @returns true if the state was not in the set before. */
  add(low: number, high: number): boolean {
    const at = this.#slotOf(low, high);
    if (at < 0) return false;
    this.#words[at] = firstHalf(low, high);
    this.#words[at + 1] = high | 0;
    if (++this.size > (this.#mask + 1) * FULL) this.#grow();
    return true;
  }

  /** Where the state goes; -1 where it is there. */
  #slotOf(low: number, high: number): number {
    const words = this.#words;
    const first = firstHalf(low, high);
    const second = high | 0;
    for (let slot = (first ^ (second >>> 7)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS_PER_SLOT;
      const here = words[at]!;
      const there = words[at + 1]!;
      if (here === first && there === second) return -1;
      if (here === 0 && there === 0) return at;
    }
  }

  #grow(): void {
    const old = this.#words;
    // Small ones grow fast: most searches are small, and every growth is paid for.
    this.#words = new Int32Array(old.length * (old.length < LARGE ? 4 : 2));
    this.#mask = this.#words.length / WORDS_PER_SLOT - 1;
    for (let at = 0; at < old.length; at += WORDS_PER_SLOT) {
      const here = old[at]!;
      const there = old[at + 1]!;
      if (here === 0 && there === 0) continue;
      const to = this.#slotOf(here, there);
      this.#words[to] = here;
      this.#words[to + 1] = there;
    }
  }
}

/** The pair (0, 0) marks an empty slot. */
function firstHalf(low: number, high: number): number {
  return low === 0 && high === 0 ? 1 : low | 0;
}
