/** Interrupts on their way: sorted by arrival, then by the order in which they were sent. */

export interface Arrival {
  readonly at: number;
  readonly cpu: number;
  readonly irq: number;
}

export class InterruptQueue {
  /* Latest first, so that the next one is taken off the end. */
  readonly #arrivals: Arrival[] = [];

  /** Infinity where none is on its way. */
  get nextAt(): number {
    return this.#arrivals[this.#arrivals.length - 1]?.at ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, cpu: number, irq: number): void {
    let index = this.#arrivals.length;
    while (index > 0 && this.#arrivals[index - 1]!.at <= at) index--;
    this.#arrivals.splice(index, 0, { at, cpu, irq });
  }

  /** The queue must not be empty. */
  pop(): Arrival {
    return this.#arrivals.pop()!;
  }
}
