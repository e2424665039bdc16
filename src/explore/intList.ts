/** A list of 32-bit integers that grows, and that hot loops read as a plain array. */

const INITIAL_CAPACITY = 32;

export class IntList {
  /** Only the first `length` count. */
  values = new Int32Array(INITIAL_CAPACITY);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length++] = value;
  }

  /** Adds what is in another list. */
  append(other: IntList): void {
    for (let i = 0; i < other.length; i++) this.push(other.values[i]!);
  }
}
