/** Seeded randomness. A run takes chance from here only, so the same seed gives the same run anywhere.
 *
 *  Source: Mulberry32 by Tommy Ettinger, public domain; 32 bits of state, integers only. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** 0 .. count-1 in random order. */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    this.shuffle(order);
    return order;
  }

  /** Puts the values into random order. */
  shuffle(values: number[] | Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const value = values[i]!;
      values[i] = values[j]!;
      values[j] = value;
    }
  }
}
