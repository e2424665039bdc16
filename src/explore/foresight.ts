/** Where a choice leads, known without making it.
 *
 *  A transition is a function of the words it touches. So after another one that has written none of them, it writes
 *  what it did before, and changes the hash of the state by the same difference: the hash is an exclusive or over the words.
 *  Two transitions that commute come to the same state either way round; whoever comes second there can see that the
 *  state was visited, and need not go.
 *
 *  The states, steps and executions of a search are the same with it and without. What it relies on is that every word
 *  which a transition depends on was noted, and on the hash, as the search does.
 *
 *  Source: independence of transitions as in sleep sets (Godefroid, "Partial-Order Methods for the Verification of
 *  Concurrent Systems", LNCS 1032), observed instead of declared; hashes by difference (Zobrist, 1970).
 *  Limit: looks one level up only, so a choice that was first made in a neighbouring branch is made again. */
import { IntList } from './intList.js';
import type { Mark, StateWords } from './stateWords.js';

/* Of a choice: what making it changes in the hash, low and high half, and where the words it touches begin and end. */
const LOW = 0;
const HIGH = 1;
const START = 2;
const END = 3;
/* Bits of the words it touches: see `StateWords.bitOf`. */
const BITS = 4;
const FIELDS = 5;
const UNKNOWN = -1;

export class Foresight {
  readonly #state: StateWords;
  /* By choice on the way, their fields. */
  readonly #choices = new IntList();
  readonly #touched = new IntList();
  /* By level: how many touched words there were before it. */
  readonly #floors = new IntList();

  constructor(state: StateWords) {
    this.#state = state;
  }

  /** The choice was made just now. @param before where. */
  learn(choice: number, before: Mark): void {
    const { touched, low, high } = this.#state;
    const at = choice * FIELDS;
    const { values } = this.#choices;
    values[at + LOW] = low ^ before.low;
    values[at + HIGH] = high ^ before.high;
    values[at + START] = this.#touched.length;
    let bits = 0;
    for (let i = 0; i < touched.length; i++) {
      this.#touched.push(touched.values[i]!);
      bits |= this.#state.bitOf(touched.values[i]!);
    }
    values[at + END] = this.#touched.length;
    values[at + BITS] = bits;
  }

  /** A level begins, with the choices from `first` on, after one of those from `above` on was made at `before`. */
  enter(choices: IntList, above: number, first: number, before: Mark): void {
    this.begin(first, choices.length);
    this.#state.lookAtWritten(before);
    const { values } = this.#choices;
    // Both are in the same order.
    let from = first;
    for (let old = above; old < first; old++) {
      if (!this.knows(old) || this.#isDisturbed(old)) continue;
      const transition = choices.values[old]!;
      for (let choice = from; choice < choices.length; choice++) {
        if (choices.values[choice] !== transition) continue;
        values[choice * FIELDS + LOW] = values[old * FIELDS + LOW]!;
        values[choice * FIELDS + HIGH] = values[old * FIELDS + HIGH]!;
        values[choice * FIELDS + START] = values[old * FIELDS + START]!;
        values[choice * FIELDS + END] = values[old * FIELDS + END]!;
        values[choice * FIELDS + BITS] = values[old * FIELDS + BITS]!;
        from = choice + 1;
        break;
      }
    }
  }

  /** A level begins, with the choices from `first` to `end`, of which nothing is known. */
  begin(first: number, end: number): void {
    this.#floors.push(this.#touched.length);
    this.#choices.grow(end * FIELDS);
    for (let choice = first; choice < end; choice++) this.#choices.values[choice * FIELDS + START] = UNKNOWN;
  }

  /** The last level is done. */
  leave(): void {
    this.#touched.length = this.#floors.values[--this.#floors.length]!;
  }

  /** Is it known where the choice leads? */
  knows(choice: number): boolean {
    return this.#choices.values[choice * FIELDS + START] !== UNKNOWN;
  }

  /** Hash of the state it leads to, low and high half. @param from where it is made. */
  low(choice: number, from: Mark): number {
    return from.low ^ this.#choices.values[choice * FIELDS + LOW]!;
  }

  high(choice: number, from: Mark): number {
    return from.high ^ this.#choices.values[choice * FIELDS + HIGH]!;
  }

  /** Was anything written that the choice touches? */
  #isDisturbed(choice: number): boolean {
    if ((this.#choices.values[choice * FIELDS + BITS]! & this.#state.writtenBits) === 0) return false;
    const { values } = this.#touched;
    const end = this.#choices.values[choice * FIELDS + END]!;
    for (let at = this.#choices.values[choice * FIELDS + START]!; at < end; at++) {
      if (this.#state.wasWritten(values[at]!)) return true;
    }
    return false;
  }
}
