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
    let length = 0;
    let low = 0;
    let high = 0;
    for (const { start, end } of runs) {
      for (let at = start; at < end; at++, length++) {
        low ^= mixLow(length, words[at]!);
        high ^= mixHigh(length, words[at]!);
      }
    }
    low ^= length;
    high ^= length;
    const alike = this.#byHash.get(low) ?? [];
    const known = alike.find((number) => isHeld(this.#contents[number]!.words, words, runs));
    if (known !== undefined) return known;
    const number = this.#contents.push({ words: copyOf(words, runs, length), low, high }) - 1;
    this.#byHash.set(low, [...alike, number]);
    return number;
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

function isHeld(content: Int32Array, words: Int32Array, runs: readonly Run[]): boolean {
  let next = 0;
  for (const { start, end } of runs)
    for (let at = start; at < end; at++, next++) if (content[next] !== words[at]) return false;
  return next === content.length;
}

function copyOf(words: Int32Array, runs: readonly Run[], length: number): Int32Array {
  const copy = new Int32Array(length);
  let at = 0;
  for (const { start, end } of runs) {
    copy.set(words.subarray(start, end), at);
    at += end - start;
  }
  return copy;
}
