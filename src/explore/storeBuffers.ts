/** Store buffers: stores that a cpu has made and others cannot see yet.
 *
 *  A cpu reads its own newest store first. Which store leaves when is a choice of the explorer.
 *
 *  Source: as the memory models, see src/hw/memoryModel.ts. */
import type { CpuId } from '../base/ids.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import type { StateWords } from './stateWords.js';

/** Stores that fit; one more has to wait until one has left. */
export const CAPACITY = 12;

/** A store: to a word, or (`target` below 0) to the doubleword of code memory at offset `~target`. */
export interface BufferedStore {
  readonly target: number;
  /** The value of a word; or of a doubleword, low and high half, and which of its bits are replaced. */
  readonly low: number;
  readonly high: number;
  readonly maskLow: number;
  readonly maskHigh: number;
  readonly order: 'plain' | 'release';
}

const FIELDS = 6;

/** Words of the state that the buffer of one cpu takes: how many there are, then the stores, oldest first. */
export const BUFFER_WORDS = 1 + CAPACITY * FIELDS;

export class StoreBuffers {
  readonly model: MemoryModel;
  /** Was a buffer ever full? */
  hasFilled = false;
  readonly #state: StateWords;
  readonly #at: (cpu: CpuId) => number;

  /** @param at where the `BUFFER_WORDS` words of a cpu begin; none are needed for `sc`. */
  constructor(model: MemoryModel, state: StateWords, at: (cpu: CpuId) => number) {
    this.model = model;
    this.#state = state;
    this.#at = at;
  }

  /** Stores that have not left yet. */
  count(cpu: CpuId): number {
    return this.model === 'sc' ? 0 : this.#state.read(this.#at(cpu));
  }

  areEmpty(cpus: number): boolean {
    for (let cpu = 0; cpu < cpus; cpu++) if (this.count(cpu) > 0) return false;
    return true;
  }

  /** Is a store to the target in any buffer? */
  hold(target: number, cpus: number): boolean {
    for (let cpu = 0; cpu < cpus; cpu++) if (this.newest(cpu, target) >= 0) return true;
    return false;
  }

  /** The newest store of the cpu to a target; -1 for none. */
  newest(cpu: CpuId, target: number): number {
    for (let index = this.count(cpu) - 1; index >= 0; index--)
      if (this.target(cpu, index) === target) return index;
    return -1;
  }

  low(cpu: CpuId, index: number): number {
    return this.#state.read(this.#entry(cpu, index) + 1);
  }

  hasCode(cpu: CpuId): boolean {
    for (let index = this.count(cpu) - 1; index >= 0; index--) if (this.target(cpu, index) < 0) return true;
    return false;
  }

  push(cpu: CpuId, store: BufferedStore): void {
    const count = this.count(cpu);
    const at = this.#entry(cpu, count);
    const { target, low, high, maskLow, maskHigh, order } = store;
    this.#state.write(at, target);
    this.#state.write(at + 1, low);
    this.#state.write(at + 2, high);
    this.#state.write(at + 3, maskLow);
    this.#state.write(at + 4, maskHigh);
    this.#state.write(at + 5, order === 'release' ? 1 : 0);
    this.#state.write(this.#at(cpu), count + 1);
    if (count + 1 === CAPACITY) this.hasFilled = true;
  }

  /** May this store be the next to leave? */
  mayLeave(cpu: CpuId, index: number): boolean {
    if (index === 0 || this.model === 'tso') return index === 0;
    if (this.#state.read(this.#entry(cpu, index) + 5) !== 0) return false;
    const target = this.target(cpu, index);
    for (let older = 0; older < index; older++) if (this.target(cpu, older) === target) return false;
    return true;
  }

  /** Takes a store out. */
  take(cpu: CpuId, index: number): BufferedStore {
    const state = this.#state;
    const at = this.#entry(cpu, index);
    const taken: BufferedStore = {
      target: state.read(at),
      low: state.read(at + 1),
      high: state.read(at + 2),
      maskLow: state.read(at + 3),
      maskHigh: state.read(at + 4),
      order: state.read(at + 5) === 0 ? 'plain' : 'release',
    };
    const count = this.count(cpu);
    const end = this.#entry(cpu, count);
    for (let to = at; to < end; to++) state.write(to, to + FIELDS < end ? state.read(to + FIELDS) : 0);
    state.write(this.#at(cpu), count - 1);
    return taken;
  }

  #entry(cpu: CpuId, index: number): number {
    return this.#at(cpu) + 1 + index * FIELDS;
  }

  /** What the store is to. */
  target(cpu: CpuId, index: number): number {
    return this.#state.read(this.#entry(cpu, index));
  }
}
