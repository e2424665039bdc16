/** The words that the hardware depends on where it does something by itself: where it fetches code for a cpu, or delivers an
 *  interrupt to one. */
import type { CpuId, WordAddress } from '../base/ids.js';

/** Bits over cpus. */
interface Concern {
  /** Whoever reads or writes the word meets a fetch for them. */
  fetchesTouched: number;
  /** Whoever writes it does. */
  fetchesWritten: number;
  /** Whoever reads or writes it meets a delivery to them. */
  deliveriesTouched: number;
}

const NOBODY: Readonly<Concern> = { fetchesTouched: 0, fetchesWritten: 0, deliveriesTouched: 0 };

export class HardwareWords {
  readonly #concerns = new Map<WordAddress, Concern>();

  /** Where the number of what a cpu has fetched is. A fetch changes it. */
  fetchChanges(address: WordAddress, cpu: CpuId): void {
    this.#concern(address).fetchesTouched |= 1 << cpu;
  }

  /** Something that a fetch for a cpu only looks at. */
  fetchReads(address: WordAddress, cpu: CpuId): void {
    this.#concern(address).fetchesWritten |= 1 << cpu;
  }

  /** Something that the delivery of an interrupt to a cpu changes. */
  deliveryChanges(address: WordAddress, cpu: CpuId): void {
    this.#concern(address).deliveriesTouched |= 1 << cpu;
  }

  /** The cpus that may not fetch earlier or later than a transition that reads the word, or writes it. */
  fetchesMet(address: WordAddress, by: 'read' | 'write'): number {
    const { fetchesTouched, fetchesWritten } = this.#concerns.get(address) ?? NOBODY;
    return by === 'read' ? fetchesTouched : fetchesTouched | fetchesWritten;
  }

  /** The same of deliveries. */
  deliveriesMet(address: WordAddress): number {
    return (this.#concerns.get(address) ?? NOBODY).deliveriesTouched;
  }

  #concern(address: WordAddress): Concern {
    let concern = this.#concerns.get(address);
    if (!concern) {
      concern = { ...NOBODY };
      this.#concerns.set(address, concern);
    }
    return concern;
  }
}
