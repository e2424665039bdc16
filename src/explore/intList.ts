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
    if (this.length === this.values.length) this.values = enlarged(this.values, this.length + 1);
    this.values[this.length++] = value;
  }

  /** Makes it at least so long; what is new is whatever it is. */
  grow(length: number): void {
    if (length > this.values.length) this.values = enlarged(this.values, length);
    if (length > this.length) this.length = length;
  }
}

/* A function of its own: rarely called, it is not inlined, and what is around the call stays in registers. */
function enlarged(values: Int32Array, length: number): Int32Array {
  const longer = new Int32Array(Math.max(length, values.length * 2));
  longer.set(values);
  return longer;
}
