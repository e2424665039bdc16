/** What several searches of one space share besides the states: branches that nobody works on yet, who waits for one, how
 *  many states there are, and why all of them have to end.
 *
 *  All in one block of shared memory; branches are a stack of words behind a lock. */
import type { Branch } from './depthFirst.js';

/** Why the searches end. */
export const END = {
  no: 0,
  /** Every branch was searched. */
  done: 1,
  violation: 2,
  /** A word turned out to be shared: begin again. */
  sharingGrew: 3,
  /** The set of states is full: begin again with a larger one. */
  full: 4,
  stateLimit: 5,
  timeLimit: 6,
  interrupted: 7,
} as const;
export type End = (typeof END)[keyof typeof END];

const LOCK = 0;
const ENDED = 1;
const WAITING = 2;
const STATES = 3;
/* Words of the stack that are in use. */
const TOP = 4;
const STACK = 5;
const STACK_WORDS = 1 << 18;
/* Behind each branch: the lengths of its way and of its choices. */
const FRAME_WORDS = 2;
/** How long to wait for a branch before looking again, in milliseconds. */
const WAIT_MS = 20;

export class SharedWork {
  readonly #words: Int32Array;
  readonly #workers: number;

  /** @param words from `allocate`. */
  constructor(words: Int32Array, workers: number) {
    this.#words = words;
    this.#workers = workers;
  }

  static allocate(): Int32Array {
    return new Int32Array(new SharedArrayBuffer((STACK + STACK_WORDS) * 4));
  }

  get ended(): End {
    return Atomics.load(this.#words, ENDED) as End;
  }

  /** The first reason counts. */
  end(why: End): void {
    Atomics.compareExchange(this.#words, ENDED, END.no, why);
    Atomics.notify(this.#words, TOP);
  }

  /** @returns how many states there are with these. */
  countStates(more: number): number {
    return Atomics.add(this.#words, STATES, more) + more;
  }

  /** Does somebody wait for a branch, and find none? */
  get isWanted(): boolean {
    return Atomics.load(this.#words, WAITING) > 0 && Atomics.load(this.#words, TOP) === 0;
  }

  /** Only where one is wanted: then the stack is empty, or nearly. */
  give({ way, choices }: Branch): void {
    const words = way.length + choices.length + FRAME_WORDS;
    this.#lock();
    const top = Atomics.load(this.#words, TOP);
    if (top + words > STACK_WORDS) throw new Error(`no room for a branch of ${words} words`);
    this.#words.set([...way, ...choices, way.length, choices.length], STACK + top);
    Atomics.store(this.#words, TOP, top + words);
    this.#unlock();
    Atomics.notify(this.#words, TOP);
  }

  /** Waits for a branch.
   *  @returns undefined where the searches have ended: when everybody waits, there is none left. */
  take(): Branch | undefined {
    let branch = this.#pop();
    if (branch) return branch;
    const waiting = Atomics.add(this.#words, WAITING, 1) + 1;
    if (waiting === this.#workers && Atomics.load(this.#words, TOP) === 0) this.end(END.done);
    while (this.ended === END.no) {
      Atomics.wait(this.#words, TOP, 0, WAIT_MS);
      this.#lock();
      branch = this.#popLocked();
      // Under the lock, so that who takes a branch is never counted as waiting for one.
      if (branch) Atomics.sub(this.#words, WAITING, 1);
      this.#unlock();
      if (branch) return branch;
    }
    return undefined;
  }

  #pop(): Branch | undefined {
    this.#lock();
    const branch = this.#popLocked();
    this.#unlock();
    return branch;
  }

  #popLocked(): Branch | undefined {
    const top = Atomics.load(this.#words, TOP);
    if (top === 0) return undefined;
    const end = STACK + top - FRAME_WORDS;
    const [way, choices] = [this.#words[end]!, this.#words[end + 1]!];
    const start = end - way - choices;
    Atomics.store(this.#words, TOP, start - STACK);
    return {
      way: Array.from(this.#words.subarray(start, start + way)),
      choices: Array.from(this.#words.subarray(start + way, end)),
    };
  }

  #lock(): void {
    while (Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0) Atomics.wait(this.#words, LOCK, 1, 1);
  }

  #unlock(): void {
    Atomics.store(this.#words, LOCK, 0);
    Atomics.notify(this.#words, LOCK, 1);
  }
}
