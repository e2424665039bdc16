/** The words that the hardware depends on where it does something by itself: where it fetches code for a cpu, or delivers an
 *  interrupt to one. Whoever touches them cannot be exchanged with it. */
import type { CpuId, WordAddress } from '../base/ids.js';

export class HardwareWords {
  /* By word, as bits over cpus: whose fetches depend on whoever reads or writes it, and on whoever writes it; whose deliveries
   * depend on whoever reads or writes it. */
  readonly #fetchesTouched: Int32Array;
  readonly #fetchesWritten: Int32Array;
  readonly #deliveriesTouched: Int32Array;

  constructor(words: number) {
    this.#fetchesTouched = new Int32Array(words);
    this.#fetchesWritten = new Int32Array(words);
    this.#deliveriesTouched = new Int32Array(words);
  }

  /** Where the number of what a cpu has fetched is. A fetch changes it. */
  fetchChanges(address: WordAddress, cpu: CpuId): void {
    this.#fetchesTouched[address]! |= 1 << cpu;
  }

  /** Something that a fetch for a cpu only looks at. */
  fetchReads(address: WordAddress, cpu: CpuId): void {
    this.#fetchesWritten[address]! |= 1 << cpu;
  }

  /** Something that the delivery of an interrupt to a cpu changes. */
  deliveryChanges(address: WordAddress, cpu: CpuId): void {
    this.#deliveriesTouched[address]! |= 1 << cpu;
  }

  /** The cpus whose fetches depend on a transition that reads the word, or writes it. */
  dependentFetches(address: WordAddress, by: 'read' | 'write'): number {
    const touched = this.#fetchesTouched[address]!;
    return by === 'read' ? touched : touched | this.#fetchesWritten[address]!;
  }

  /** The same of deliveries. */
  dependentDeliveries(address: WordAddress): number {
    return this.#deliveriesTouched[address]!;
  }
}
