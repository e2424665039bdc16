/** Cpus that wait for a word to be written: a list per word, linked through the cpus. */
import type { CpuId, WordAddress } from '../../base/ids.js';

export class Watchers {
  /* First watcher of each word + 1. */
  readonly #head: Int32Array;
  readonly #next: Int32Array;
  /** How many cpus wait for any word. */
  count = 0;

  constructor(words: number, cpus: number) {
    this.#head = new Int32Array(words);
    this.#next = new Int32Array(cpus);
  }

  add(address: WordAddress, cpu: CpuId): void {
    this.#next[cpu] = this.#head[address]!;
    this.#head[address] = cpu + 1;
    this.count++;
  }

  /** Takes one watcher off the list of a word. @returns the cpu, -1 where nobody watches. */
  take(address: WordAddress): CpuId {
    const cpu = this.#head[address]! - 1;
    if (cpu < 0) return -1;
    this.#head[address] = this.#next[cpu]!;
    this.count--;
    return cpu;
  }

  /** Takes this watcher off the list of a word, if it is there. */
  remove(address: WordAddress, cpu: CpuId): void {
    let before = -1;
    for (let at = this.#head[address]! - 1; at >= 0; before = at, at = this.#next[at]! - 1) {
      if (at !== cpu) continue;
      if (before < 0) this.#head[address] = this.#next[cpu]!;
      else this.#next[before] = this.#next[cpu]!;
      this.count--;
      return;
    }
  }
}
