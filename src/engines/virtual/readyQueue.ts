/** Which cpu goes next: the one whose time is earliest; of several, the one that the seed ranks first.
 *
 *  The others are in a tournament: each is in a slot at the bottom, each node is the earliest of the four below it, and the
 *  root is the one that comes second. When that one goes, the cpu that was first takes its slot, and only the nodes above
 *  it change: four of them for 256 cpus. So who goes next is known while the first still runs. Who is earlier is computed
 *  rather than asked, since no branch could be foreseen.
 *
 *  Source: Knuth, The Art of Computer Programming, vol. 3, section 5.4.1, replacement selection.
 *  Limit: a key is a small integer, the cycles since `base` and the rank behind them. Times that are farther away stand
 *  at the horizon until the others have come there, and then all keys are made again. Times are whole cycles. */
import type { CpuId } from '../../base/ids.js';

/* Keys are at most half of what 32 bits hold, so that their difference is no more than that. */
const KEY_BITS = 30;
/** The key of a slot that is free: behind all others. */
const FREE = 1 << KEY_BITS;
const ROOT = 1;

/* What the table has of each rank. */
const CPU = 0;
const SLOT = 1;
const RANK_WORDS = 2;

export class ReadyQueue {
  /** The cpu that goes next; the queue must not be empty. Nobody but the queue writes this, or `size`. */
  first: CpuId = 0;
  /** How many cpus are in it. */
  size = 0;
  #firstRank = 0;
  readonly #times: Float64Array;
  readonly #ranks: Int32Array;
  readonly #rankBits: number = 0;
  readonly #rankMask: number = 0;
  /* Cycles from `base` to where no key can tell times apart any more. */
  readonly #horizon: number = 0;
  #base = 0;
  /* All of it in one array. First the keys: the nodes below `i` are those from `4 * i` on, and the last are the slots. Then,
     by rank, the cpu and its slot. */
  readonly #table: Int32Array;
  readonly #firstSlot: number = 0;
  readonly #byRank: number = 0;
  readonly #freeSlots: number[];

  /** @param ranks a permutation of the cpus. */
  constructor(times: Float64Array, ranks: Int32Array) {
    const cpus = ranks.length;
    this.#times = times;
    this.#ranks = ranks;
    this.#rankBits = 32 - Math.clz32(cpus - 1);
    this.#rankMask = (1 << this.#rankBits) - 1;
    this.#horizon = (1 << (KEY_BITS - this.#rankBits)) - 1;
    let slots = 4;
    while (slots < cpus) slots *= 4;
    this.#firstSlot = slots;
    this.#byRank = 2 * slots;
    this.#table = new Int32Array(this.#byRank + RANK_WORDS * cpus).fill(FREE, 0, this.#byRank);
    ranks.forEach((rank, cpu) => {
      this.#table[this.#atRank(rank) + CPU] = cpu;
    });
    this.#freeSlots = Array.from({ length: cpus }, (_, index) => slots + index);
  }

  push(cpu: CpuId): void {
    this.size++;
    if (this.size === 1) {
      this.#base = this.#times[cpu]!;
      this.#goNext(this.#ranks[cpu]!);
      return;
    }
    const isFirst = this.#isBefore(cpu, this.first);
    const later = isFirst ? this.first : cpu;
    if (isFirst) this.#goNext(this.#ranks[cpu]!);
    const slot = this.#freeSlots.pop()!;
    this.#table[this.#atRank(this.#ranks[later]!) + SLOT] = slot;
    this.#fill(slot, this.#keyOf(later));
    // An interrupt may wake a cpu long before the others go on.
    if (this.#aheadOf(this.first) <= -this.#horizon) this.#beginAgain(this.#times[this.first]!);
  }

  /** Takes the first out. */
  pop(): void {
    this.size--;
    if (this.size === 0) return;
    if (this.#isAtHorizon(this.#table[ROOT]!)) this.#beginAgain(this.secondTime);
    const rank = this.#rankOf(this.#table[ROOT]!);
    const slot = this.#table[this.#atRank(rank) + SLOT]!;
    this.#goNext(rank);
    this.#freeSlots.push(slot);
    this.#fill(slot, FREE);
  }

  /** The first has a later time now. */
  postponeFirst(): void {
    const table = this.#table;
    const time = this.#times[this.first]!;
    let ahead = time - this.#base;
    if (!(ahead < this.#horizon)) {
      this.#beginAgain(Math.min(time, this.secondTime));
      ahead = Math.min(time - this.#base, this.#horizon);
    }
    const key = (ahead << this.#rankBits) | this.#firstRank;
    const second = table[ROOT]!;
    if (key < second) return;
    // Written out: this is done in every step, and V8 puts only so many calls into each other.
    const rank = second & this.#rankMask;
    const byRank = this.#byRank;
    const slot = table[byRank + RANK_WORDS * rank + SLOT]!;
    table[byRank + RANK_WORDS * this.#firstRank + SLOT] = slot;
    this.#firstRank = rank;
    this.first = table[byRank + RANK_WORDS * rank + CPU]!;
    this.#fill(slot, key);
  }

  /** Several of them have later times now. */
  reorder(): void {
    if (this.size === 0) return;
    const slots = this.#filledSlots();
    const cpus = [this.first, ...slots.map((slot) => this.#cpuIn(slot))];
    this.#table.fill(FREE, 0, this.#byRank);
    this.#freeSlots.push(...slots);
    this.size = 0;
    for (const cpu of cpus) this.push(cpu);
  }

  /** Time of whoever comes after the first; Infinity where nobody does. */
  get secondTime(): number {
    const second = this.#table[ROOT]!;
    if (second === FREE) return Number.POSITIVE_INFINITY;
    if (!this.#isAtHorizon(second)) return this.#base + (second >> this.#rankBits);
    // All are there.
    return this.#filledSlots().reduce(
      (earliest, slot) => Math.min(earliest, this.#times[this.#cpuIn(slot)]!),
      Number.POSITIVE_INFINITY,
    );
  }

  #goNext(rank: number): void {
    this.#firstRank = rank;
    this.first = this.#table[this.#atRank(rank) + CPU]!;
  }

  /** A slot has another key: so have the nodes above it. */
  #fill(slot: number, key: number): void {
    const table = this.#table;
    let at = slot;
    let earliest = key;
    table[at] = key;
    do {
      // The least of the four: `y + ((x - y) & ((x - y) >> 31))` is the smaller one of x and y.
      const a = table[at ^ 1]!;
      const b = table[at ^ 2]!;
      const c = table[at ^ 3]!;
      const fromB = (a - b) | 0;
      const fromEarliest = (c - earliest) | 0;
      const ab = (b + (fromB & (fromB >> 31))) | 0;
      const cd = (earliest + (fromEarliest & (fromEarliest >> 31))) | 0;
      const fromCd = (ab - cd) | 0;
      earliest = (cd + (fromCd & (fromCd >> 31))) | 0;
      at >>= 2;
      table[at] = earliest;
    } while (at > ROOT);
  }

  /** All keys are made again, from the earliest time on. */
  #beginAgain(base: number): void {
    const slots = this.#filledSlots();
    const cpus = slots.map((slot) => this.#cpuIn(slot));
    this.#base = base;
    slots.forEach((slot, index) => {
      this.#fill(slot, this.#keyOf(cpus[index]!));
    });
  }

  #filledSlots(): number[] {
    const slots = Array.from(this.#ranks, (_, index) => this.#firstSlot + index);
    return slots.filter((slot) => this.#table[slot] !== FREE);
  }

  #cpuIn(slot: number): CpuId {
    return this.#table[this.#atRank(this.#rankOf(this.#table[slot]!)) + CPU]!;
  }

  #atRank(rank: number): number {
    return this.#byRank + RANK_WORDS * rank;
  }

  #rankOf(key: number): number {
    return key & this.#rankMask;
  }

  #aheadOf(cpu: CpuId): number {
    return this.#times[cpu]! - this.#base;
  }

  #keyOf(cpu: CpuId): number {
    const ahead = Math.max(-this.#horizon, Math.min(this.#aheadOf(cpu), this.#horizon));
    return (ahead << this.#rankBits) | this.#ranks[cpu]!;
  }

  #isAtHorizon(key: number): boolean {
    return key >> this.#rankBits === this.#horizon;
  }

  #isBefore(a: CpuId, b: CpuId): boolean {
    const difference = this.#times[a]! - this.#times[b]!;
    return difference < 0 || (difference === 0 && this.#ranks[a]! < this.#ranks[b]!);
  }
}
