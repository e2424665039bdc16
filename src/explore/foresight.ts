/** Where a choice leads, known without making it.
 *
 *  A transition is a function of the words it touches. So after another one that has written none of them, it writes
 *  what it did before, and changes the hash of the state by the same difference: the hash is an exclusive or over the words.
 *  Two transitions that commute come to the same state either way round; whoever comes second there can see that the
 *  state was visited, and need not go.
 *
 *  Nothing is left out on trust in this: the states, steps and executions of a search are the same with it and without.
 *
 *  Source: independence of transitions as in sleep sets (Godefroid, "Partial-Order Methods for the Verification of
 *  Concurrent Systems", LNCS 1032), observed instead of declared; hashes by difference (Zobrist, 1970).
 *  Limit: looks one level up only, so a choice that was first made in a neighbouring branch is made again. */
import { IntList } from './intList.js';
import type { Mark, StateWords } from './stateWords.js';

const UNKNOWN = -1;

export class Foresight {
  readonly #state: StateWords;
  /* By choice on the way: what making it changes in the hash, and where the words it touches begin and end. */
  readonly #low = new IntList();
  readonly #high = new IntList();
  readonly #start = new IntList();
  readonly #end = new IntList();
  readonly #touched = new IntList();
  /* By level: how many touched words there were before it. */
  readonly #floors = new IntList();

  constructor(state: StateWords) {
    this.#state = state;
  }

  /** The choice was made just now. @param before where. */
  learn(choice: number, before: Mark): void {
    const { touched, low, high } = this.#state;
    this.#low.values[choice] = low ^ before.low;
    this.#high.values[choice] = high ^ before.high;
    this.#start.values[choice] = this.#touched.length;
    this.#touched.append(touched);
    this.#end.values[choice] = this.#touched.length;
  }

  /** A level begins, with the choices from `first` on, after one of those from `above` on was made at `before`. */
  enter(choices: IntList, above: number, first: number, before: Mark): void {
    this.begin(choices.length);
    this.#state.lookAtWritten(before);
    const { values } = choices;
    for (let old = above; old < first; old++) {
      if (this.#start.values[old] === UNKNOWN || this.#isDisturbed(old)) continue;
      for (let choice = first; choice < choices.length; choice++) {
        if (values[choice] !== values[old]) continue;
        this.#low.values[choice] = this.#low.values[old]!;
        this.#high.values[choice] = this.#high.values[old]!;
        this.#start.values[choice] = this.#start.values[old]!;
        this.#end.values[choice] = this.#end.values[old]!;
        break;
      }
    }
  }

  /** A level begins, and nothing is known of its choices, which are the last of `length`. */
  begin(length: number): void {
    this.#floors.push(this.#touched.length);
    while (this.#start.length < length) {
      this.#low.push(0);
      this.#high.push(0);
      this.#start.push(UNKNOWN);
      this.#end.push(UNKNOWN);
    }
  }

  /** The last level is done, with the choices from `first` on. */
  leave(first: number): void {
    this.#touched.length = this.#floors.values[--this.#floors.length]!;
    this.#low.length = first;
    this.#high.length = first;
    this.#start.length = first;
    this.#end.length = first;
  }

  /** Is it known where the choice leads? */
  knows(choice: number): boolean {
    return this.#start.values[choice] !== UNKNOWN;
  }

  /** Hash of the state it leads to, low and high half. @param from where it is made. */
  low(choice: number, from: Mark): number {
    return from.low ^ this.#low.values[choice]!;
  }

  high(choice: number, from: Mark): number {
    return from.high ^ this.#high.values[choice]!;
  }

  /** Was anything written that the choice touches? */
  #isDisturbed(choice: number): boolean {
    const { values } = this.#touched;
    const end = this.#end.values[choice]!;
    for (let at = this.#start.values[choice]!; at < end; at++) {
      if (this.#state.wasWritten(values[at]!)) return true;
    }
    return false;
  }
}
