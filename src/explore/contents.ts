/** Contents of some words, numbered: the same content has the same number. */
import { mixHigh, mixLow } from './mix.js';

/** A run of words. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

interface Content {
  readonly words: Int32Array;
  /** Hash, the same whoever numbered it. */
  readonly low: number;
  readonly high: number;
}

export class Contents {
  readonly #contents: Content[] = [];
  readonly #byHash = new Map<number, number[]>();

  /** The number of what the runs of words hold. */
  numberOf(words: Int32Array, runs: readonly Run[]): number {
    const length = runs.reduce((sum, { start, end }) => sum + end - start, 0);
    const copy = new Int32Array(length);
    let at = 0;
    for (const { start, end } of runs) {
      copy.set(words.subarray(start, end), at);
      at += end - start;
    }
    const low = copy.reduce((hash, word, index) => hash ^ mixLow(index, word), length);
    const high = copy.reduce((hash, word, index) => hash ^ mixHigh(index, word), length);
    const alike = this.#byHash.get(low) ?? [];
    this.#byHash.set(low, alike);
    const known = alike.find((number) => this.#contents[number]!.words.every((word, i) => word === copy[i]));
    if (known !== undefined) return known;
    alike.push(this.#contents.length);
    return this.#contents.push({ words: copy, low, high }) - 1;
  }

  /** Writes a content to runs of words of its length. */
  show(number: number, words: Int32Array, runs: readonly Run[]): void {
    const content = this.#contents[number]!.words;
    let at = 0;
    for (const { start, end } of runs) {
      words.set(content.subarray(at, at + end - start), start);
      at += end - start;
    }
  }

  low(number: number): number {
    return this.#contents[number]!.low;
  }

  high(number: number): number {
    return this.#contents[number]!.high;
  }
}
