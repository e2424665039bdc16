/** Interrupts on their way: the earliest first; of several at the same time, the one that was sent first.
 *
 *  A binary heap in typed arrays that grow, so that sending one allocates nothing. */

const FIRST_CAPACITY = 64;

export class InterruptQueue {
  #at = new Float64Array(FIRST_CAPACITY);
  #order = new Float64Array(FIRST_CAPACITY);
  #cpu = new Int32Array(FIRST_CAPACITY);
  #irq = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #sent = 0;
  /** Infinity where none is on its way. */
  nextAt = Number.POSITIVE_INFINITY;
  /** What `pop` took out last. */
  poppedAt = 0;
  poppedCpu = 0;
  poppedIrq = 0;

  push(at: number, cpu: number, irq: number): void {
    if (this.#size === this.#at.length) this.#grow();
    let hole = this.#size++;
    const order = this.#sent++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // What was sent before goes first, so an equal time does not pass.
      if (this.#at[parent]! <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#place(hole, at, order, cpu, irq);
    this.nextAt = this.#at[0]!;
  }

  /** The queue must not be empty. */
  pop(): void {
    this.poppedAt = this.#at[0]!;
    this.poppedCpu = this.#cpu[0]!;
    this.poppedIrq = this.#irq[0]!;
    const last = --this.#size;
    if (last > 0) this.#sink(this.#at[last]!, this.#order[last]!, this.#cpu[last]!, this.#irq[last]!);
    this.nextAt = last > 0 ? this.#at[0]! : Number.POSITIVE_INFINITY;
  }

  #sink(at: number, order: number, cpu: number, irq: number): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(child + 1, this.#at[child]!, this.#order[child]!)) child++;
      if (!this.#before(child, at, order)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#place(hole, at, order, cpu, irq);
  }

  #before(index: number, at: number, order: number): boolean {
    const difference = this.#at[index]! - at;
    return difference < 0 || (difference === 0 && this.#order[index]! < order);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#at[from]!, this.#order[from]!, this.#cpu[from]!, this.#irq[from]!);
  }

  #place(index: number, at: number, order: number, cpu: number, irq: number): void {
    this.#at[index] = at;
    this.#order[index] = order;
    this.#cpu[index] = cpu;
    this.#irq[index] = irq;
  }

  #grow(): void {
    const double = <Numbers extends Float64Array | Int32Array>(old: Numbers, made: Numbers): Numbers => {
      made.set(old);
      return made;
    };
    const capacity = 2 * this.#at.length;
    this.#at = double(this.#at, new Float64Array(capacity));
    this.#order = double(this.#order, new Float64Array(capacity));
    this.#cpu = double(this.#cpu, new Int32Array(capacity));
    this.#irq = double(this.#irq, new Int32Array(capacity));
  }
}
