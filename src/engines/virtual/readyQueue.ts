/** Which cpu goes next: the one whose time is earliest; of several, the one that the seed ranks first.
 *
 *  Where there are many cpus, those whose time is near are kept in a wheel, so that an event costs the same however
 *  many there are; the others, and a few, are in a heap. Which of the two a cpu is in makes no difference to the order.
 *  Times are whole cycles, so nothing depends on rounding. */
import type { CpuId } from '../../base/ids.js';
import { CpuHeap } from './cpuHeap.js';
import { TimeWheel } from './timeWheel.js';

/** Up to so many, a heap alone is faster. */
const FEW = 10;

export class ReadyQueue {
  /** The cpu that goes next; the queue must not be empty. */
  first: CpuId = 0;
  /** How many cpus are in it. Nobody but the queue writes this, or `first`. */
  size = 0;
  readonly #times: Float64Array;
  readonly #near: TimeWheel;
  readonly #far: CpuHeap;
  #firstIsNear = false;

  constructor(times: Float64Array, ranks: Int32Array) {
    this.#times = times;
    this.#near = new TimeWheel(times, ranks);
    this.#far = new CpuHeap(times, ranks);
  }

  push(cpu: CpuId): void {
    this.#add(cpu);
    this.size++;
    this.#find();
  }

  /** Takes the first out. */
  pop(): void {
    if (this.#firstIsNear) this.#near.removeFirst();
    else this.#far.pop();
    this.size--;
    this.#find();
  }

  /** The first has a later time now. */
  postponeFirst(): void {
    const far = this.#far;
    if (this.#firstIsNear) {
      if (!this.#near.postponeFirst()) far.push(this.first);
      this.#find();
    } else if (this.size > FEW) {
      const { first } = this;
      far.pop();
      this.#add(first);
      this.#find();
    } else if (this.size > 1) {
      far.postponeFirst();
      this.#find();
    }
  }

  /** Time of whoever comes after the first; Infinity where nobody does. */
  get secondTime(): number {
    const near = this.#firstIsNear ? this.#near.secondTime : this.#near.firstTime;
    const far = this.#firstIsNear ? this.#far.firstTime : this.#far.secondTime;
    return Math.min(near, far);
  }

  #add(cpu: CpuId): void {
    const near = this.#near;
    const far = this.#far;
    if (near.size === 0 && far.size >= FEW) near.startAt(this.#times[far.first]!);
    if (this.size >= FEW && near.reaches(cpu)) near.add(cpu);
    else far.push(cpu);
  }

  #find(): void {
    const near = this.#near;
    const far = this.#far;
    this.#firstIsNear = near.size > 0 && (far.size === 0 || far.before(near.first, far.first));
    if (this.#firstIsNear) this.first = near.first;
    else if (far.size > 0) this.first = far.first;
  }
}
