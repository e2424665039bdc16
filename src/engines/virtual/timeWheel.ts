/** Cpus by the cycle at which they go on, for cycles that are near: a slot per cycle, and a bit per slot that is taken.
 *
 *  What it costs to take the earliest does not depend on how many there are. Of several in one slot, the one that the
 *  seed ranks first comes first.
 *  Limit: holds cycles from `start` to WHEEL_CYCLES later only, and `start` never goes back; fewer than 65,536 cpus. */
import type { CpuId } from '../../base/ids.js';

const WHEEL_CYCLES = 2048;
const SLOT_MASK = WHEEL_CYCLES - 1;
const BITS = 32;
const WORD_MASK = WHEEL_CYCLES / BITS - 1;

export class TimeWheel {
  /* First cpu of each slot + 1; and of each cpu, the next one of its slot + 1. */
  readonly #head = new Uint16Array(WHEEL_CYCLES);
  readonly #next: Uint16Array;
  readonly #taken = new Int32Array(WHEEL_CYCLES / BITS);
  readonly #times: Float64Array;
  readonly #ranks: Int32Array;
  /* The earliest cycle that anybody may be at. */
  #start = 0;
  #firstSlot = 0;
  #firstTime = 0;
  size = 0;
  /** The earliest, the one in front of its slot; the wheel must not be empty. Nobody but the wheel writes this. */
  first: CpuId = 0;

  constructor(times: Float64Array, ranks: Int32Array) {
    this.#times = times;
    this.#ranks = ranks;
    this.#next = new Uint16Array(times.length);
  }

  /** Is the time of the cpu near enough? */
  reaches(cpu: CpuId): boolean {
    const ahead = this.#times[cpu]! - this.#start;
    return ahead >= 0 && ahead < WHEEL_CYCLES;
  }

  add(cpu: CpuId): void {
    this.#insert(cpu);
    this.size++;
    this.#findFirst();
  }

  /** Time of the first; Infinity where there is none. */
  get firstTime(): number {
    return this.size > 0 ? this.#firstTime : Number.POSITIVE_INFINITY;
  }

  /** Time of whoever comes after the first; Infinity where nobody does. */
  get secondTime(): number {
    if (this.size < 2) return Number.POSITIVE_INFINITY;
    if (this.#next[this.first] !== 0) return this.#firstTime;
    const ahead = (this.#slotFrom((this.#firstSlot + 1) & SLOT_MASK) - this.#firstSlot) & SLOT_MASK;
    return this.#firstTime + ahead;
  }

  /** Takes the first out, whose time may be another by now. */
  removeFirst(): void {
    this.#unlinkFirst();
    this.size--;
    if (this.size > 0) this.#findFirst();
  }

  /** The first has a later time now.
   *  @returns false where that is too far away: then it is not in the wheel any more. */
  postponeFirst(): boolean {
    const cpu = this.first;
    this.#unlinkFirst();
    const isNear = this.reaches(cpu);
    if (isNear) this.#insert(cpu);
    else this.size--;
    if (this.size > 0) this.#findFirst();
    return isNear;
  }

  /** Only where it is empty. */
  startAt(time: number): void {
    this.#start = time;
  }

  #insert(cpu: CpuId): void {
    const slot = this.#slotOf(cpu);
    const rank = this.#ranks[cpu]!;
    let before = 0;
    let after = this.#head[slot]!;
    for (; after !== 0 && this.#ranks[after - 1]! < rank; after = this.#next[after - 1]!) before = after;
    this.#next[cpu] = after;
    if (before === 0) this.#head[slot] = cpu + 1;
    else this.#next[before - 1] = cpu + 1;
    this.#taken[slot >>> 5]! |= 1 << (slot & 31);
  }

  #unlinkFirst(): void {
    const slot = this.#firstSlot;
    // Nobody is earlier, so that the wheel can begin here.
    this.#start = this.#firstTime;
    const next = this.#next[this.first]!;
    this.#head[slot] = next;
    if (next === 0) this.#taken[slot >>> 5]! &= ~(1 << (slot & 31));
  }

  #findFirst(): void {
    this.#firstSlot = this.#slotFrom(this.#start & SLOT_MASK);
    this.first = this.#head[this.#firstSlot]! - 1;
    this.#firstTime = this.#times[this.first]!;
  }

  #slotOf(cpu: CpuId): number {
    return this.#times[cpu]! & SLOT_MASK;
  }

  /** The next slot that is taken, from this one on. */
  #slotFrom(slot: number): number {
    let word = slot >>> 5;
    let bits = this.#taken[word]! & (-1 << (slot & 31));
    while (bits === 0) {
      word = (word + 1) & WORD_MASK;
      bits = this.#taken[word]!;
    }
    return word * BITS + 31 - Math.clz32(bits & -bits);
  }
}
