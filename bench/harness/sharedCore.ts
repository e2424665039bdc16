/** Whether somebody else runs on the same core of the host, which a guest cannot see in any count of its own.
 *
 *  Two threads of a core share its caches and what it can do at once. Code in which each operation waits for the one before
 *  leaves most of a core unused, and hardly notices; code that keeps it busy does. So the ratio of two loops tells, each
 *  sample with a look before and after it.
 *
 *  Source: Intel Optimization Reference Manual, "Hyper-Threading Technology"; the same holds for AMD's SMT.
 *  Limit: told from what a neighbour does to this process, and against its best look: one who never leaves is not noticed,
 *  and whatever else slows such code down is taken for one. */
import { nowNs } from './clock.js';

/** A megabyte: a good part of the second cache. */
const WORDS_LOG2 = 18;
const WAITING_STEPS = 4_000_000;
const BUSY_STEPS = 4_000_000;
/** Above the best look by so much: somebody was there. On the machine this was written on, two looks of three are within 20 %
 *  of the best, and those in slow moments 60 to 90 % above it. */
const NOTICEABLE = 1.25;
const WARM_UP = 5;

export class SharedCore {
  readonly #words = new Int32Array(1 << WORDS_LOG2);
  #best = Number.POSITIVE_INFINITY;
  /* What the loops give, so that the compiler does not leave them out. */
  #sum = 0;

  constructor() {
    for (let i = 0; i < WARM_UP; i++) this.look();
  }

  /** Takes some 15 ms. @returns how busy the core is, in no unit. */
  look(): number {
    const begun = nowNs();
    this.#sum ^= waiting(WAITING_STEPS);
    const between = nowNs();
    this.#sum ^= busy(this.#words, BUSY_STEPS);
    const ratio = (nowNs() - between) / (between - begun);
    this.#best = Math.min(this.#best, ratio);
    return ratio;
  }

  /** Was the core shared then, as far as the best look until now tells? */
  wasShared(look: number): boolean {
    return look > this.#best * NOTICEABLE;
  }
}

function waiting(steps: number): number {
  let x = 1;
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return x;
}

function busy(words: Int32Array, steps: number): number {
  let x = 1;
  for (let i = 0; i < steps; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    words[x >>> (32 - WORDS_LOG2)]! ^= i;
  }
  return x;
}
