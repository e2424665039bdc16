/** Loads that a cpu has put off: it has gone on without the result, and they are performed some time later.
 *
 *  A load has to be there before its result is used, before a load or a store of the same word behind it, and where there
 *  is a barrier between, before any access of memory behind that. An instruction is not fetched later for it, nor does a
 *  serialization wait: that takes a dependency.
 *
 *  Source: as the memory models, see src/hw/memoryModel.ts.
 *  Limit: in user mode only; entering the kernel completes them. */
import type { CpuId, WordAddress } from '../base/ids.js';
import type { StateWords } from './stateWords.js';

/** Loads that a cpu can put off at a time. */
export const CAPACITY = 4;

const FIELDS = 2;

/** Words of the state that one cpu takes: how many loads, is there a barrier behind one of them, then the loads, oldest
 *  first: the word, and where its value goes. */
export const LATE_WORDS = 2 + CAPACITY * FIELDS;

export class LateLoads {
  /** Could a load not be put off because there were too many? */
  hasFilled = false;
  readonly #state: StateWords;
  readonly #at: (cpu: CpuId) => number;

  /** @param at where the `LATE_WORDS` words of a cpu begin. */
  constructor(state: StateWords, at: (cpu: CpuId) => number) {
    this.#state = state;
    this.#at = at;
  }

  count(cpu: CpuId): number {
    return this.#state.read(this.#at(cpu));
  }

  /** Is there room for one more? */
  hasRoom(cpu: CpuId): boolean {
    if (this.count(cpu) < CAPACITY) return true;
    this.hasFilled = true;
    return false;
  }

  putOff(cpu: CpuId, address: WordAddress, into: WordAddress): void {
    const count = this.count(cpu);
    const entry = this.#entry(cpu, count);
    this.#state.write(entry, address);
    this.#state.write(entry + 1, into);
    this.#state.write(this.#at(cpu), count + 1);
  }

  /** The cpu has executed a barrier. */
  fence(cpu: CpuId): void {
    if (this.count(cpu) > 0) this.#state.write(this.#at(cpu) + 1, 1);
  }

  /** Is a barrier behind one of them? */
  isFenced(cpu: CpuId): boolean {
    return this.#state.read(this.#at(cpu) + 1) === 1;
  }

  /** Does one of them load the word, or will it fill it? */
  touches(cpu: CpuId, address: WordAddress): boolean {
    for (let load = 0; load < this.count(cpu); load++) {
      if (this.address(cpu, load) === address || this.into(cpu, load) === address) return true;
    }
    return false;
  }

  /** Will one of any cpu fill the word? */
  fill(address: WordAddress, cpus: number): boolean {
    for (let cpu = 0; cpu < cpus; cpu++) {
      for (let load = 0; load < this.count(cpu); load++) if (this.into(cpu, load) === address) return true;
    }
    return false;
  }

  /** The word that it loads. */
  address(cpu: CpuId, load: number): WordAddress {
    return this.#state.read(this.#entry(cpu, load));
  }

  /** Where the value goes. */
  into(cpu: CpuId, load: number): WordAddress {
    return this.#state.read(this.#entry(cpu, load) + 1);
  }

  /** It has been performed. */
  remove(cpu: CpuId, load: number): void {
    const state = this.#state;
    const count = this.count(cpu);
    const end = this.#entry(cpu, count);
    for (let to = this.#entry(cpu, load); to < end; to++)
      state.write(to, to + FIELDS < end ? state.read(to + FIELDS) : 0);
    state.write(this.#at(cpu), count - 1);
    if (count === 1) state.write(this.#at(cpu) + 1, 0);
  }

  #entry(cpu: CpuId, load: number): number {
    return this.#at(cpu) + 2 + load * FIELDS;
  }
}
