/** What can happen next in the state that a machine stands in.
 *
 *  A cpu that waits cannot step; a store can leave its buffer in an order that the memory model allows; an interrupt can
 *  arrive where one is on its way; the hardware can fetch, or write back, where that changes something. */
import { ACCESS, type Access, argumentOf, isBlocking, kindOf } from '../hw/access.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import { TASK_MODE } from '../kernel/task.js';
import { cpuStep, delivery, invalidation, putOff } from '../trace/schedule.js';
import type { ExploredMemory } from './exploredMemory.js';
import { IntList } from './intList.js';
import type { Lane } from './lane.js';
import type { OwnChoices } from './ownChoices.js';
import type { StateWords } from './stateWords.js';

/** Bits over cpus. */
export const ALL_CPUS = -1;

export class Enabled {
  readonly #state: StateWords;
  readonly #lanes: readonly Lane[];
  readonly #memory: ExploredMemory;
  readonly #own: OwnChoices | undefined;
  readonly #model: MemoryModel;
  readonly #liveTasks: number;
  /* By cpu. */
  readonly #inFlight: Int32Array;
  /* For looking whether there are any. */
  readonly #steps = new IntList();

  /** @param parts.own where it does something with code by itself.
   *  @param parts.inFlight where the bits of interrupts on their way to a cpu are. */
  constructor(parts: {
    readonly state: StateWords;
    readonly lanes: readonly Lane[];
    readonly memory: ExploredMemory;
    readonly own: OwnChoices | undefined;
    readonly model: MemoryModel;
    readonly liveTasks: number;
    readonly inFlight: (cpu: number) => number;
  }) {
    this.#state = parts.state;
    this.#lanes = parts.lanes;
    this.#memory = parts.memory;
    this.#own = parts.own;
    this.#model = parts.model;
    this.#liveTasks = parts.liveTasks;
    this.#inFlight = Int32Array.from(parts.lanes, (_, cpu) => parts.inFlight(cpu));
  }

  /** Every transition that can happen now: stores, cpus, what weaker memory does with their loads, interrupts, fetches, and
   *  write-backs, each in the order of their cpus. */
  addAll(possible: IntList): void {
    this.addSteps(possible);
    this.addDeliveries(ALL_CPUS, possible);
    this.addFetches(ALL_CPUS, possible);
    this.addWriteBacks(possible);
  }

  /** Interrupts that can arrive at some cpus, given as bits. */
  addDeliveries(cpus: number, possible: IntList): void {
    if (this.hasEnded) return;
    const { words } = this.#state;
    const inFlight = this.#inFlight;
    for (let cpu = 0; cpu < inFlight.length; cpu++)
      if ((cpus & (1 << cpu)) !== 0 && words[inFlight[cpu]!] !== 0) possible.push(delivery(cpu));
  }

  /** What some cpus, given as bits, can fetch. */
  addFetches(cpus: number, possible: IntList): void {
    if (!this.hasEnded) this.#own?.addFetches(cpus, possible);
  }

  /** Lines of code that can be written back. */
  addWriteBacks(possible: IntList): void {
    if (!this.hasEnded) this.#own?.addWriteBacks(possible);
  }

  /** What stores and cpus can do, and what weaker memory can do with their loads. */
  addSteps(possible: IntList): void {
    this.addDrains(possible);
    if (this.hasEnded) return;
    for (let cpu = 0; cpu < this.#lanes.length; cpu++) if (this.mayStep(cpu)) possible.push(cpuStep(cpu));
    this.addLoads(possible);
  }

  /** Stores that can leave their buffers. */
  addDrains(possible: IntList): void {
    if (this.#model === 'sc') return;
    for (let cpu = 0; cpu < this.#lanes.length; cpu++) this.#memory.addDrains(cpu, possible);
  }

  /** What weaker memory can do with loads: an old value can go, the next load can be put off, one that was can be made. */
  addLoads(possible: IntList): void {
    if (this.#model !== 'rmo' || this.hasEnded) return;
    for (let cpu = 0; cpu < this.#lanes.length; cpu++) {
      if (this.isBehind(cpu)) possible.push(invalidation(cpu));
      if (this.mayPutOff(cpu)) possible.push(putOff(cpu));
      this.#memory.addLateLoads(cpu, possible);
    }
  }

  /** Can nobody go on, whatever the hardware may still do with code by itself? */
  get isStuck(): boolean {
    const cpus = this.#lanes.length;
    for (let cpu = 0; cpu < cpus; cpu++) {
      if (this.mayStep(cpu) || this.#state.words[this.#inFlight[cpu]!] !== 0) return false;
    }
    this.#steps.length = 0;
    this.addSteps(this.#steps);
    return this.#steps.length === 0;
  }

  get hasNoTasks(): boolean {
    return this.#state.read(this.#liveTasks) === 0;
  }

  /** Every task has exited, and where stores may still have to arrive, nothing else happens any more. */
  get hasEnded(): boolean {
    return this.#model !== 'sc' && this.hasNoTasks;
  }

  /** Can the cpu go on, or is it waiting? */
  mayStep(cpu: number): boolean {
    const lane = this.#lanes[cpu]!;
    return this.mayMake(lane, lane.access);
  }

  /** @param access the next one of the cpu. */
  mayMake(lane: Lane, access: Access): boolean {
    if (this.#model === 'sc' && !isBlocking(access)) return true;
    const { c } = lane;
    const isTaken = kindOf(access) !== ACCESS.halt && c.takesInterrupts && c.hasInterrupt;
    if (!isTaken && this.#memory.order.waitsForStores(c, access)) return false;
    if (!isTaken && this.#memory.order.waitsForLoads(c, access, lane.operand)) return false;
    if (!isBlocking(access)) return true;
    const argument = argumentOf(access);
    switch (kindOf(access)) {
      case ACCESS.lock:
        return this.#state.read(argument) === 0;
      case ACCESS.waitAtLeast:
        return (
          this.#memory.loaded(c, access) >= lane.operand ||
          (c.hasInterrupt && (c.takesInterrupts || c.mode === TASK_MODE.user))
        );
      case ACCESS.halt:
        return c.hasInterrupt;
      default:
        return true;
    }
  }

  /** Would the cpu, if it went on now, load an old value? */
  isBehind(cpu: number): boolean {
    const { c, access } = this.#lanes[cpu]!;
    const isTaken = c.takesInterrupts && c.hasInterrupt;
    return !isTaken && this.#memory.isBehind(c, access);
  }

  /** Can the cpu go on without the result of its next access? */
  mayPutOff(cpu: number): boolean {
    const { c, access } = this.#lanes[cpu]!;
    return this.#memory.mayPutOff(c, access) && this.mayStep(cpu);
  }
}
