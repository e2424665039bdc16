/** Invalidate queues: values that a cpu may still read although another cpu has overwritten them.
 *
 *  A load that was performed early gives such a value. It lasts until the cpu executes a barrier, writes the word itself, or
 *  the invalidation arrives. When that is, is a choice of the explorer; it is made when the cpu is about to load the
 *  word, since nobody could tell before.
 *
 *  Source: McKenney, "Memory Barriers: a Hardware View for Software Hackers", 2010.
 *  Limit: as the memory models, see src/hw/memoryModel.ts. */
import type { CpuId, WordAddress } from '../base/ids.js';
import type { StateWords } from './stateWords.js';

/** Values of one word that a cpu may still read; one more takes the place of the oldest. */
export const DEPTH = 12;

const SLOT_WORDS = 1 + DEPTH;

/** Of a word of the masks. */
const BITS = 32;

export class InvalidateQueues {
  /** Did a value ever take the place of an older one? */
  hasOverflowed = false;
  readonly #state: StateWords;
  readonly #at: number;
  readonly #cpus: number;
  readonly #machineWords: number;
  /* Of one cpu. */
  readonly #maskWords: number;

  /** Words of the state that the queues take: by cpu, a bit for each word of the machine that it may still read old values of;
   *  then by cpu and word of the machine, how many, and the values, oldest first. */
  static wordsFor(cpus: number, machineWords: number): number {
    return cpus * maskWords(machineWords) + cpus * machineWords * SLOT_WORDS;
  }

  /** @param at the first of `wordsFor` words. */
  constructor(state: StateWords, at: number, cpus: number, machineWords: number) {
    this.#state = state;
    this.#at = at;
    this.#cpus = cpus;
    this.#machineWords = machineWords;
    this.#maskWords = maskWords(machineWords);
  }

  /** Values of the word that the cpu may still read. */
  count(cpu: CpuId, address: WordAddress): number {
    return this.#state.read(this.#slot(cpu, address));
  }

  /** The oldest of them; there must be one. */
  oldest(cpu: CpuId, address: WordAddress): number {
    return this.#state.read(this.#slot(cpu, address) + 1);
  }

  /** The word was overwritten.
   *  @param readers the cpus that load it, as bits. */
  written(address: WordAddress, old: number, writer: CpuId, readers: number): void {
    this.forget(writer, address);
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      if (cpu !== writer && (readers & (1 << cpu)) !== 0) this.#push(cpu, address, old);
    }
  }

  /** The oldest value of the word is invalidated. */
  invalidate(cpu: CpuId, address: WordAddress): void {
    const slot = this.#slot(cpu, address);
    const count = this.#state.read(slot);
    this.#shift(slot, count);
    this.#state.write(slot, count - 1);
    if (count > 1) return;
    const mask = this.#maskOf(cpu, address);
    this.#state.write(mask, this.#state.read(mask) & ~(1 << address));
  }

  /** The cpu has read or written the newest value of the word. */
  forget(cpu: CpuId, address: WordAddress): void {
    while (this.count(cpu, address) > 0) this.invalidate(cpu, address);
  }

  /** The cpu has executed a barrier. */
  forgetAll(cpu: CpuId): void {
    for (let first = 0; first < this.#machineWords; first += BITS) {
      const mask = this.#maskOf(cpu, first);
      for (let bits = this.#state.read(mask); bits !== 0; bits = this.#state.read(mask))
        this.forget(cpu, first + 31 - Math.clz32(bits));
    }
  }

  #push(cpu: CpuId, address: WordAddress, value: number): void {
    if (this.count(cpu, address) === DEPTH) {
      this.hasOverflowed = true;
      this.invalidate(cpu, address);
    }
    const slot = this.#slot(cpu, address);
    const count = this.#state.read(slot);
    this.#state.write(slot + 1 + count, value);
    this.#state.write(slot, count + 1);
    const mask = this.#maskOf(cpu, address);
    this.#state.write(mask, this.#state.read(mask) | (1 << address));
  }

  /* Every value one place forward, and nothing behind the last. */
  #shift(slot: number, count: number): void {
    const state = this.#state;
    for (let i = 1; i <= count; i++) state.write(slot + i, i < count ? state.read(slot + i + 1) : 0);
  }

  #maskOf(cpu: CpuId, address: WordAddress): number {
    return this.#at + cpu * this.#maskWords + Math.floor(address / BITS);
  }

  #slot(cpu: CpuId, address: WordAddress): number {
    return this.#at + this.#cpus * this.#maskWords + (cpu * this.#machineWords + address) * SLOT_WORDS;
  }
}

function maskWords(machineWords: number): number {
  return Math.ceil(machineWords / BITS);
}
