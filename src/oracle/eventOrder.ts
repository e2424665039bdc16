/** The order of events, as far as P-SYNC needs one: positions, who entered a call when, and since when an address space
 *  is owed a serialization.
 *
 *  Source: Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 1978: a position that is
 *  taken from one counter after the event, and one that is read before it, err on the side of "in order". */
import type { MmId, TaskId } from '../base/ids.js';

export interface EventOrder {
  /** The position of an event that has just happened. */
  next(): number;
  /** A SYNC_CORE call by `task` has executed its first barrier. */
  entered(task: TaskId): void;
  /** ... and has returned: whoever has not serialized since it entered owes the address space a serialization. */
  returned(task: TaskId, space: MmId): void;
  /** Position of the latest first barrier of a call that had returned before the execution that is judged; 0 for none. */
  owedSince(space: MmId): number;
}

/** Where one judge sees the events of every cpu, as they happen. */
export class SingleOrder implements EventOrder {
  #now = 0;
  readonly #enteredAt = new Map<TaskId, number>();
  readonly #owedSince = new Map<MmId, number>();

  next(): number {
    return ++this.#now;
  }

  entered(task: TaskId): void {
    this.#enteredAt.set(task, this.next());
  }

  returned(task: TaskId, space: MmId): void {
    const entered = this.#enteredAt.get(task) ?? 0;
    this.#owedSince.set(space, Math.max(entered, this.owedSince(space)));
  }

  owedSince(space: MmId): number {
    return this.#owedSince.get(space) ?? 0;
  }
}

/** Where every cpu has a judge of its own: the same in memory that they share.
 *
 *  Limit: a serialization may be taken for later than it was, never for earlier, and a call that returns while code runs
 *  does not count for that code: what is found did happen, and a little may be missed. A call takes its position
 *  before it looks for cpus to interrupt; a serialization that stands in for an interrupt comes after that look. */
export class SharedOrder implements EventOrder {
  readonly #words: Int32Array;
  readonly #tasks: number;
  #owed = 0;

  /** @param words from `SharedOrder.allocate`. */
  constructor(words: Int32Array, tasks: number) {
    this.#words = words;
    this.#tasks = tasks;
  }

  static allocate(tasks: number, mms: number): Int32Array {
    return new Int32Array(new SharedArrayBuffer(4 * (1 + tasks + mms)));
  }

  next(): number {
    return Atomics.add(this.#words, 0, 1) + 1;
  }

  entered(task: TaskId): void {
    Atomics.store(this.#words, 1 + task, this.next());
  }

  returned(task: TaskId, space: MmId): void {
    const entered = Atomics.load(this.#words, 1 + task);
    const at = this.#owedAt(space);
    for (let known = Atomics.load(this.#words, at); known < entered; ) {
      const seen = Atomics.compareExchange(this.#words, at, known, entered);
      if (seen === known) return;
      known = seen;
    }
  }

  /** To be called before each execution. */
  aboutToExecute(space: MmId): void {
    this.#owed = Atomics.load(this.#words, this.#owedAt(space));
  }

  owedSince(): number {
    return this.#owed;
  }

  #owedAt(space: MmId): number {
    return 1 + this.#tasks + space;
  }
}
