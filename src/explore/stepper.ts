/** The machine makes a transition, one access after the other: the one that others can see, and what its cpu does by itself
 *  until its next one.
 *
 *  An access that no other cpu conflicts with is not a choice: it is made at once (locality.ts). */
import { ACCESS, argumentOf, kindOf } from '../hw/access.js';
import { TASK_MODE } from '../kernel/task.js';
import {
  cpuOf,
  cpuStep,
  drain,
  isCpuStep,
  isDelivery,
  isDrain,
  isInvalidation,
  isLateLoad,
  isPutOff,
  loadOf,
  storeOf,
  type Transition,
} from '../trace/schedule.js';
import type { ExploredMachine } from './exploredMachine.js';
import type { Lane } from './lane.js';
import { isLocal } from './locality.js';

/** What a transition is: up to the next access that others can see, or a single access. A schedule of single accesses
 *  means the same without knowing what is shared. */
export type Granularity = 'visible' | 'access';

/** Accesses a cpu makes by itself in one transition, at most: more is a loop that nothing can end. */
const MAX_LOCAL = 100_000;

export class Stepper {
  /** Everything that happens is noted here, as single accesses, while somebody asks for it. */
  log: Transition[] | undefined;
  readonly #machine: ExploredMachine;
  readonly #granularity: Granularity;

  constructor(machine: ExploredMachine, granularity: Granularity) {
    this.#machine = machine;
    this.#granularity = granularity;
  }

  /** Makes a transition that is possible. */
  make(transition: Transition): void {
    if (isCpuStep(transition)) this.#makeStep(this.#machine.lanes[cpuOf(transition)]!);
    else {
      this.log?.push(transition);
      this.#makeOther(transition);
    }
  }

  /** Makes a single access of it, or lets a store arrive, and nothing behind that. */
  makeAlone(transition: Transition): void {
    const cpu = cpuOf(transition);
    if (isCpuStep(transition)) this.#step(this.#machine.lanes[cpu]!);
    else if (isDrain(transition)) this.#machine.memory.drain(cpu, storeOf(transition));
    else this.make(transition);
  }

  /** Every cpu goes on to its next access that others can see. */
  runAllLocal(): void {
    for (const lane of this.#machine.lanes) this.#runLocal(lane);
  }

  #makeStep(lane: Lane): void {
    const polled = this.#granularity === 'visible' && this.#isUserPoll(lane);
    this.#step(lane);
    // User mode polls just before each instruction. An interrupt that arrives between the two is taken after the
    // instruction, as one that arrives after it: the poll and what follows are one transition.
    if (polled && !this.#hasChoice(lane.c.id) && !this.#machine.violations.first) this.#step(lane);
    this.#runLocal(lane);
  }

  #hasChoice(cpu: number): boolean {
    const { enabled } = this.#machine;
    return enabled.isBehind(cpu) || enabled.mayPutOff(cpu) || !enabled.mayStep(cpu);
  }

  #makeOther(transition: Transition): void {
    const { lanes, memory, own } = this.#machine;
    const cpu = cpuOf(transition);
    const lane = lanes[cpu]!;
    if (isPutOff(transition)) {
      lane.restoreOperands();
      memory.putOff(lane.c, lane.access);
      lane.goOn(0);
      this.#runLocal(lane);
    } else if (isLateLoad(transition)) {
      memory.performLate(cpu, loadOf(transition));
      this.#runLocal(lane);
    } else if (isInvalidation(transition)) memory.invalidate(lane.c, lane.access);
    else if (isDelivery(transition)) memory.deliver(cpu, lane.c.doorbell);
    else if (isDrain(transition)) {
      memory.drain(cpu, storeOf(transition));
      this.#runLocal(lane);
    } else own.take(transition);
  }

  /** @param access the one that comes next. */
  #step(lane: Lane, access = lane.access): void {
    this.log?.push(cpuStep(lane.c.id));
    const { c } = lane;
    if (kindOf(access) !== ACCESS.halt && c.takesInterrupts && c.hasInterrupt) {
      lane.enterInterrupt();
      return;
    }
    lane.restoreOperands();
    lane.goOn(this.#machine.memory.perform(c, access));
  }

  /** Performs the accesses of a cpu that nobody else can tell from having happened earlier or later. */
  #runLocal(lane: Lane): void {
    if (this.#granularity === 'access') return;
    const { enabled, memory, violations } = this.#machine;
    for (let left = MAX_LOCAL; left > 0; left--) {
      this.#drainUnseen(lane.c.id);
      if (enabled.hasEnded) return;
      if (violations.first) return;
      const { access } = lane;
      if (!isLocal(lane.c, access, memory) || !enabled.mayMake(lane, access)) return;
      this.#step(lane, access);
    }
    throw new Error(`cpu ${lane.c.id} makes no access that anybody else could see, and does not stop`);
  }

  #drainUnseen(cpu: number): void {
    const { memory } = this.#machine;
    for (let store = memory.leavingUnseen(cpu); store >= 0; store = memory.leavingUnseen(cpu)) {
      this.log?.push(drain(cpu, store));
      memory.drain(cpu, store);
    }
  }

  #isUserPoll({ c, access }: Lane): boolean {
    const isPoll = kindOf(access) === ACCESS.load && argumentOf(access) === c.doorbell;
    return isPoll && c.mode === TASK_MODE.user && !c.hasInterrupt;
  }
}
