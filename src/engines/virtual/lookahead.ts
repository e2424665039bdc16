/** How far the cpus can go on without regard to each other: until the earliest moment at which one of them may do something
 *  that another could see. Up to there, one after the other is the same as the earliest first.
 *
 *  What local instructions have in common are words that several cpus change by adding, or by setting and clearing a bit
 *  of their own (`mm_count`, `mm_cpumask`, `icache_stale_mask`), and that none of them looks at as a whole: the order does
 *  not matter. A wake-up may also meet a task of another cpu that was killed while it waited: it takes the lock of that
 *  cpu's run queue, which nobody holds between two turns, and finds the task dead.
 *
 *  Source: Chandy, Misra, "Distributed Simulation", IEEE TSE 5(5), 1979; Nicol, "The Cost of Conservative Synchronization
 *  in Parallel Discrete Event Simulations", JACM 40(2), 1993: all go on up to one moment, then the next one is found.
 *  Limit: nobody goes on while somebody waits for a word, since any store may be to that word. Policies are trusted to
 *  touch only what is of their cpu where a task is switched or leaves the kernel; a test holds those of the catalogue
 *  to it. */
import type { KernelLayout } from '../../kernel/layout.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import { TASK_STATE, TIF_SIGPENDING } from '../../kernel/task.js';
import type { VirtualHardware } from './hardware.js';
import { type Lanes, STANDS } from './lanes.js';
import { LeastCost } from './leastCost.js';

/* Of an event: no task that could use it, or tasks on several cpus. */
const NOBODY = -1;
const SEVERAL = -2;

export class Lookahead {
  readonly #words: Int32Array;
  readonly #kernel: KernelLayout;
  readonly #lanes: Lanes;
  readonly #hardware: VirtualHardware;
  readonly #cpus: number;
  readonly #leastCost: LeastCost;
  /* By task, the idle tasks aside. */
  readonly #events: readonly (readonly number[])[];
  /* By event: the cpu that all its users are on. */
  readonly #usedOn: Int32Array;
  /* By event: 1 where that was several, when the least costs were computed. */
  readonly #wasShared: Uint8Array;

  constructor(spec: MachineSpec, kernel: KernelLayout, lanes: Lanes, hardware: VirtualHardware) {
    this.#words = lanes.words;
    this.#kernel = kernel;
    this.#lanes = lanes;
    this.#hardware = hardware;
    this.#cpus = spec.cpus;
    this.#leastCost = new LeastCost(spec, hardware.costs);
    this.#events = spec.tasks.map((task) => this.#leastCost.eventsFrom(task.entry));
    this.#usedOn = new Int32Array(spec.events);
    this.#wasShared = new Uint8Array(spec.events).fill(1);
    this.#leastCost.update(() => false);
  }

  /** @param atLeast what comes before it is of no use: then the answer may be too early.
   *  @returns a time before which nobody does anything that another cpu could see. */
  until(atLeast: number): number {
    const { watchers, interrupts } = this.#hardware;
    if (watchers.count !== 0) return Number.NEGATIVE_INFINITY;
    let until = interrupts.nextAt;
    for (let cpu = 0; cpu < this.#cpus && until >= atLeast; cpu++) {
      if (!this.#isUndisturbed(cpu)) until = Math.min(until, this.#hardware.times[cpu]!);
    }
    if (until < atLeast) return until;
    this.#findUsers();
    const { task } = this.#kernel;
    for (let index = 0; index < this.#events.length && until >= atLeast; index++) {
      const id = this.#cpus + index;
      const cpu = this.#words[task.cpu(id)]!;
      if (!this.#isAlive(id) || this.#lanes.stands[cpu] === STANDS.waiting) continue;
      until = Math.min(until, this.#hardware.times[cpu]! + this.#untilShared(id));
    }
    return until;
  }

  /** Is a cpu between two turns, with nothing pending, and no task on it that is to move? One that waits is not asked. */
  #isUndisturbed(cpu: number): boolean {
    const { hw, runQueue, task } = this.#kernel;
    const { stands } = this.#lanes;
    if (stands[cpu] === STANDS.waiting) return true;
    if (stands[cpu] !== STANDS.between || this.#words[hw.cpu.doorbell(cpu)] !== 0) return false;
    return this.#words[task.cpu(this.#words[runQueue.curr(cpu)]!)] === cpu;
  }

  #untilShared(id: number): number {
    const { task } = this.#kernel;
    if (this.#words[task.flags(id)]! & TIF_SIGPENDING) return 0;
    return this.#leastCost.untilShared(this.#words[task.pc(id)]!, this.#words[task.round(id)]!);
  }

  #isAlive(id: number): boolean {
    const state = this.#words[this.#kernel.task.state(id)]!;
    return state !== TASK_STATE.dead && state !== TASK_STATE.unborn;
  }

  #findUsers(): void {
    const usedOn = this.#usedOn.fill(NOBODY);
    for (let index = 0; index < this.#events.length; index++) {
      const id = this.#cpus + index;
      if (!this.#isAlive(id)) continue;
      const cpu = this.#words[this.#kernel.task.cpu(id)]!;
      for (const event of this.#events[index]!) {
        const other = usedOn[event]!;
        usedOn[event] = other === NOBODY || other === cpu ? cpu : SEVERAL;
      }
    }
    let hasChanged = false;
    for (let event = 0; event < usedOn.length; event++) {
      const isShared = usedOn[event] === SEVERAL ? 1 : 0;
      if (isShared !== this.#wasShared[event]) hasChanged = true;
      this.#wasShared[event] = isShared;
    }
    if (hasChanged) this.#leastCost.update((event) => this.#wasShared[event] === 0);
  }
}
