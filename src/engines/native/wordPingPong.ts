/** A word that goes from one host thread to the other and back: both spin, as a cpu of the engine `threads` does that waits
 *  for its doorbell to be answered. Where the host has no core for each, a round trip takes slices of its scheduler.
 *
 *  They meet at an Atomics.wait, so that is known to work as well.
 *  Limit: no user code in between; bench/doorbell.ts measures with it. */
import { block, nowNs } from './blocks.js';

/** Each on a cache line of its own. */
const LINE_WORDS = 16;
const BELL = 0;
const ANSWER = LINE_WORDS;
const PARK = 2 * LINE_WORDS;
const NAP = 3 * LINE_WORDS;
const WORDS = 4 * LINE_WORDS;

const OVER = -1;
/** Some seconds on a core of its own. */
const MAX_SPINS = 2 ** 30;
const MEETING_MS = 5000;
const NAP_MS = 1;
const WARM_TRIPS = 2000;

export interface Ringing {
  readonly blocks: number;
  /** Round trips in a block. */
  readonly trips: number;
  /** After so long there are as many blocks as there are, but at least one. */
  readonly budgetMs: number;
}

export function pingPongWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** @returns nanoseconds a round trip, of each block. */
export function ring(words: Int32Array, { blocks, trips, budgetMs }: Ringing): number[] {
  wake(words);
  let bell = 0;
  const roundTrips = (times: number): void => {
    for (const last = bell + times; bell < last; ) {
      Atomics.store(words, BELL, ++bell);
      spinUntil(words, ANSWER, bell);
    }
  };
  try {
    const until = nowNs() + budgetMs * 1e6;
    const samples: number[] = [];
    for (let warmed = 0; warmed < WARM_TRIPS && nowNs() < until; warmed += trips) roundTrips(trips);
    while (samples.length < blocks && (samples.length === 0 || nowNs() < until)) {
      samples.push(block(roundTrips, trips));
    }
    return samples;
  } finally {
    Atomics.store(words, BELL, OVER);
  }
}

/** Answers until the other one has had enough. */
export function answer(words: Int32Array): void {
  if (Atomics.wait(words, PARK, 0, MEETING_MS) === 'timed-out') {
    throw new Error(`Atomics.wait in a worker was not woken in ${MEETING_MS} ms`);
  }
  for (let answered = 0; ; ) {
    const bell = spinWhile(words, BELL, answered);
    if (bell === OVER) return;
    answered = bell;
    Atomics.store(words, ANSWER, answered);
  }
}

/** Wakes the other one, which may not have come yet. */
function wake(words: Int32Array): void {
  for (let waited = 0; waited < MEETING_MS; waited += NAP_MS) {
    if (Atomics.notify(words, PARK) > 0) return;
    Atomics.wait(words, NAP, 0, NAP_MS);
  }
  throw new Error(`no worker was in Atomics.wait in ${MEETING_MS} ms`);
}

function spinUntil(words: Int32Array, at: number, value: number): void {
  for (let spins = 0; Atomics.load(words, at) !== value; ) {
    if (++spins > MAX_SPINS) throw new Error('the other worker never answered');
  }
}

function spinWhile(words: Int32Array, at: number, value: number): number {
  for (let spins = 0; ; ) {
    const seen = Atomics.load(words, at);
    if (seen !== value) return seen;
    if (++spins > MAX_SPINS) throw new Error('the other worker never rang');
  }
}
