/** A list of 32-bit integers that grows, and that hot loops read as a plain array. */

const INITIAL_CAPACITY = 32;

export class IntList {
  /** Only the first `length` count. */
  values: Int32Array;
  length = 0;

  constructor(capacity = INITIAL_CAPACITY) {
    this.values = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.#reserve(this.length + 1);
    this.values[this.length++] = value;
  }

  /** Makes it at least so long; what is new is whatever it is. */
  grow(length: number): void {
    this.#reserve(length);
    this.length = Math.max(this.length, length);
  }

  #reserve(length: number): void {
    if (length <= this.values.length) return;
    const longer = new Int32Array(Math.max(length, this.values.length * 2));
    longer.set(this.values);
    this.values = longer;
  }
}
