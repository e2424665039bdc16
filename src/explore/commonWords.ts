/** The words that transitions of more than one cpu touch. Each has a bit, so that two transitions can be held against each
 *  other at once: where one writes what the other reads or writes, it is such a word.
 *
 *  Limit: two transitions of the same cpu are not told apart, and a write-back counts as one of cpu 0. Of more than 64
 *  words, several share a bit; then two transitions may look as if they met where they do not. */
import type { CpuId, WordAddress } from '../base/ids.js';

/** In place of a cpu. */
export const NOBODY = -1;
const SEVERAL = -2;

const HALF = 32;

export class CommonWords {
  /** The bit of each word, low and high half; 0 where it is not common. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /* By word: the only cpu whose transitions have touched it. */
  readonly #toucher: Int32Array;
  #count = 0;

  constructor(words: number) {
    this.low = new Int32Array(words);
    this.high = new Int32Array(words);
    this.#toucher = new Int32Array(words).fill(NOBODY);
  }

  /** A transition of a cpu touches the word.
   *  @returns where that makes it common, the cpu that had it for itself; otherwise NOBODY. */
  touch(word: WordAddress, cpu: CpuId): CpuId {
    const earlier = this.#toucher[word]!;
    if (earlier === cpu || earlier === SEVERAL) return NOBODY;
    if (earlier === NOBODY) {
      this.#toucher[word] = cpu;
      return NOBODY;
    }
    this.#toucher[word] = SEVERAL;
    const bit = this.#count++ % (2 * HALF);
    if (bit < HALF) this.low[word] = 1 << bit;
    else this.high[word] = 1 << (bit - HALF);
    return earlier;
  }
}
