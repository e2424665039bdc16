/** Cpus by the cycle at which they go on, however far away that is: a binary heap over cpu numbers.
 *
 *  Of several at the same cycle, the one that the seed ranks first comes first. */
import type { CpuId } from '../../base/ids.js';

export class CpuHeap {
  readonly #heap: Int32Array;
  /** Time at which each cpu does its next step. */
  readonly #times: Float64Array;
  readonly #ranks: Int32Array;
  #size = 0;

  constructor(times: Float64Array, ranks: Int32Array) {
    this.#heap = new Int32Array(times.length);
    this.#times = times;
    this.#ranks = ranks;
  }

  get size(): number {
    return this.#size;
  }

  /** The earliest; the heap must not be empty. */
  get first(): CpuId {
    return this.#heap[0]!;
  }

  push(cpu: CpuId): void {
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.before(this.#heap[parent]!, cpu)) break;
      this.#heap[at] = this.#heap[parent]!;
      at = parent;
    }
    this.#heap[at] = cpu;
  }

  /** Takes the first out. */
  pop(): void {
    const last = this.#heap[--this.#size]!;
    if (this.#size > 0) this.#sink(last);
  }

  /** The first has a later time now. */
  postponeFirst(): void {
    this.#sink(this.#heap[0]!);
  }

  /** Time of the first; Infinity where there is none. */
  get firstTime(): number {
    return this.#size > 0 ? this.#times[this.#heap[0]!]! : Number.POSITIVE_INFINITY;
  }

  /** Time of whoever comes after the first; Infinity where nobody does. */
  get secondTime(): number {
    let earliest = Number.POSITIVE_INFINITY;
    if (this.#size > 1) earliest = this.#times[this.#heap[1]!]!;
    if (this.#size > 2) earliest = Math.min(earliest, this.#times[this.#heap[2]!]!);
    return earliest;
  }

  #sink(cpu: CpuId): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.before(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (this.before(cpu, this.#heap[child]!)) break;
      this.#heap[at] = this.#heap[child]!;
      at = child;
    }
    this.#heap[at] = cpu;
  }

  /** Does one go before the other? */
  before(a: CpuId, b: CpuId): boolean {
    const difference = this.#times[a]! - this.#times[b]!;
    return difference < 0 || (difference === 0 && this.#ranks[a]! < this.#ranks[b]!);
  }
}
