/** The words that the hardware depends on where it does something by itself: where it fetches code for a cpu, or delivers an
 *  interrupt to one. Whoever touches them cannot be exchanged with it. */
import type { CpuId, WordAddress } from '../base/ids.js';

/** Bits over cpus. */
interface Dependents {
  /** Fetches for these depend on whoever reads or writes the word. */
  fetchesTouched: number;
  /** On whoever writes it. */
  fetchesWritten: number;
  /** Deliveries to these depend on whoever reads or writes it. */
  deliveriesTouched: number;
}

const NOBODY: Readonly<Dependents> = { fetchesTouched: 0, fetchesWritten: 0, deliveriesTouched: 0 };

export class HardwareWords {
  readonly #dependents = new Map<WordAddress, Dependents>();

  /** Where the number of what a cpu has fetched is. A fetch changes it. */
  fetchChanges(address: WordAddress, cpu: CpuId): void {
    this.#of(address).fetchesTouched |= 1 << cpu;
  }

  /** Something that a fetch for a cpu only looks at. */
  fetchReads(address: WordAddress, cpu: CpuId): void {
    this.#of(address).fetchesWritten |= 1 << cpu;
  }

  /** Something that the delivery of an interrupt to a cpu changes. */
  deliveryChanges(address: WordAddress, cpu: CpuId): void {
    this.#of(address).deliveriesTouched |= 1 << cpu;
  }

  /** The cpus whose fetches depend on a transition that reads the word, or writes it. */
  dependentFetches(address: WordAddress, by: 'read' | 'write'): number {
    const { fetchesTouched, fetchesWritten } = this.#dependents.get(address) ?? NOBODY;
    return by === 'read' ? fetchesTouched : fetchesTouched | fetchesWritten;
  }

  /** The same of deliveries. */
  dependentDeliveries(address: WordAddress): number {
    return (this.#dependents.get(address) ?? NOBODY).deliveriesTouched;
  }

  #of(address: WordAddress): Dependents {
    let dependents = this.#dependents.get(address);
    if (!dependents) {
      dependents = { ...NOBODY };
      this.#dependents.set(address, dependents);
    }
    return dependents;
  }
}
