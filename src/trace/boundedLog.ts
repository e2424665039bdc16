/** The last items of a stream that may be long, or those around a point that matters.
 *
 *  As a logic analyzer records: round and round until it is triggered, then half of what it holds and no more. So what
 *  came before the point is still there. Limit: only the first point counts. */

export class BoundedLog<Item> {
  readonly #most: number;
  readonly #ring: Item[] = [];
  #taken = 0;
  #left = Number.POSITIVE_INFINITY;
  #offered = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(item: Item): void {
    this.#offered++;
    if (this.isClosed) return;
    this.#left--;
    this.#ring[this.#taken++ % this.#most] = item;
  }

  /** This is the point that matters. */
  trigger(): void {
    if (this.#left === Number.POSITIVE_INFINITY) this.#left = Math.floor(this.#most / 2);
  }

  /** Takes nothing any more? */
  get isClosed(): boolean {
    return this.#left === 0;
  }

  /** Those that are there, in the order in which they came. */
  get items(): readonly Item[] {
    const oldest = this.#taken % this.#most;
    return this.#taken <= this.#most
      ? this.#ring
      : [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)];
  }

  get leftOut(): number {
    return this.#offered - this.#ring.length;
  }
}
