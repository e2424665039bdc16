/** A set of 64-bit state hashes: open addressing in two flat arrays, nothing allocated per state.
 *
 *  Limit: two different states with the same hash are taken for one. With n states the chance that any two collide
 *  is about n*n / 2^65: 1 in 3,000 for a hundred million. */

const INITIAL_CAPACITY = 1 << 10;
const FULL = 0.6;

export class StateSet {
  #low = new Int32Array(INITIAL_CAPACITY);
  #high = new Int32Array(INITIAL_CAPACITY);
  #mask = INITIAL_CAPACITY - 1;
  size = 0;

  has(low: number, high: number): boolean {
    const stored = low === 0 && high === 0 ? 1 : low | 0;
    const second = high | 0;
    let at = (stored ^ (second >>> 7)) & this.#mask;
    for (;;) {
      const here = this.#low[at]!;
      const there = this.#high[at]!;
      if (here === 0 && there === 0) return false;
      if (here === stored && there === second) return true;
      at = (at + 1) & this.#mask;
    }
  }

  /** @returns true if the state was not in the set before. */
  add(low: number, high: number): boolean {
    // The pair (0, 0) marks an empty slot.
    const stored = low === 0 && high === 0 ? 1 : low | 0;
    const second = high | 0;
    let at = (stored ^ (second >>> 7)) & this.#mask;
    for (;;) {
      const here = this.#low[at]!;
      const there = this.#high[at]!;
      if (here === 0 && there === 0) break;
      if (here === stored && there === second) return false;
      at = (at + 1) & this.#mask;
    }
    this.#low[at] = stored;
    this.#high[at] = second;
    if (++this.size > this.#low.length * FULL) this.#grow();
    return true;
  }

  #grow(): void {
    const low = this.#low;
    const high = this.#high;
    this.#low = new Int32Array(low.length * 2);
    this.#high = new Int32Array(low.length * 2);
    this.#mask = this.#low.length - 1;
    for (let i = 0; i < low.length; i++) {
      if (low[i] === 0 && high[i] === 0) continue;
      let at = (low[i]! ^ (high[i]! >>> 7)) & this.#mask;
      while (this.#low[at] !== 0 || this.#high[at] !== 0) at = (at + 1) & this.#mask;
      this.#low[at] = low[i]!;
      this.#high[at] = high[i]!;
    }
  }
}
