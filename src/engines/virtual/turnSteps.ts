/** One turn at a time: the cpu whose time is earliest goes on until its routine ends or has to wait, before others see any
 *  of it. A turn that need not wait is a plain call (plainKernel.ts); one that may is a routine that is driven.
 *
 *  Limit: what happens inside a turn is not interleaved with others. */
import type { CpuId } from '../../base/ids.js';
import { ACCESS, kindOf } from '../../hw/access.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { CAUSE } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import { type Lane, type Lanes, STANDS } from './lanes.js';
import type { PlainCpu } from './plainCpu.js';
import type { PlainKernel } from './plainKernel.js';
import type { Steps } from './steps.js';
import { isInUserMode, isPending, phaseOf } from './turns.js';

/** A kernel that is faster, and takes time to make: the turns after which it is worth that. */
export interface LaterKernel {
  readonly after: number;
  readonly make: () => PlainKernel;
}

const { between: BETWEEN } = STANDS;

export class TurnSteps implements Steps {
  readonly #lanes: Lanes;
  readonly #hardware: VirtualHardware;
  /* Whichever cpu makes a turn. */
  readonly #cpu: PlainCpu;
  #kernel: PlainKernel;
  readonly #make: LaterKernel['make'];
  #left: number;

  constructor(
    lanes: Lanes,
    hardware: VirtualHardware,
    cpu: PlainCpu,
    kernel: PlainKernel,
    later: LaterKernel | undefined,
  ) {
    this.#lanes = lanes;
    this.#hardware = hardware;
    this.#cpu = cpu;
    this.#kernel = kernel;
    this.#make = later?.make ?? (() => kernel);
    this.#left = later?.after ?? Number.POSITIVE_INFINITY;
    cpu.use(kernel);
  }

  run(most: number): number {
    if (this.#left === 0) this.#specialize();
    const lanes = this.#lanes;
    const { ready, stands, words, liveTasks } = lanes;
    const hardware = this.#hardware;
    const { times, interrupts } = hardware;
    const plain = this.#cpu;
    const { turn } = this.#kernel;
    const end = Math.min(most, this.#left) | 0;
    let made = 0;
    let next = lanes.nextTime;
    let now: number;
    do {
      now = next;
      made++;
      const cpu: CpuId = ready.first;
      if (plain.id !== cpu) plain.become(cpu);
      if (stands[cpu] === BETWEEN && turn(plain)) {
        ready.postponeFirst();
        if (hardware.wokenCount > 0) lanes.resumeWoken();
      } else {
        this.#stepOfRoutine(lanes.of(cpu));
        lanes.stepped(cpu);
        if (ready.size === 0) break;
      }
      next = times[ready.first]!;
      // `lanes.stepIsNext`, written out: this is asked after every turn.
    } while (made < end && next < interrupts.nextAt && words[liveTasks] !== 0 && !lanes.hasFaulted);
    hardware.now = now;
    this.#left -= made;
    return made;
  }

  #specialize(): void {
    this.#left = Number.POSITIVE_INFINITY;
    this.#kernel = this.#make();
    this.#cpu.use(this.#kernel);
  }

  /** Where the cpu may have to wait, or has had to. */
  #stepOfRoutine(lane: Lane): void {
    if (this.#lanes.stands[lane.c.id] !== STANDS.between) {
      const result = this.#waited(lane);
      if (result >= 0) this.#drive(lane, result);
      return;
    }
    lane.c.phase = phaseOf(lane.c);
    lane.routines[0] = cpuTurn(lane.c);
    this.#drive(lane, 0);
  }

  /** Runs the routine to its end, or until it has to wait. */
  #drive(lane: Lane, sent: number): void {
    const { stands } = this.#lanes;
    let result = sent;
    for (;;) {
      const step = lane.routines[0]!.next(result);
      if (step.done) {
        stands[lane.c.id] = STANDS.between;
        return;
      }
      lane.access = step.value;
      stands[lane.c.id] = STANDS.inside;
      const kind = kindOf(step.value);
      if (kind === ACCESS.waitAtLeast || kind === ACCESS.halt) {
        result = this.#waited(lane);
        if (result < 0) return;
      } else result = lane.c.do(step.value);
    }
  }

  /** @returns the result of the wait that the lane stands at; -1 where it goes on waiting. */
  #waited(lane: Lane): number {
    const { c, access } = lane;
    if (c.attempt(access)) return c.complete(access);
    if (kindOf(access) === ACCESS.waitAtLeast && isPending(c)) {
      if (c.interruptsEnabled) {
        const plain = this.#cpu;
        if (plain.id !== c.id) plain.become(c.id);
        this.#kernel.interruptFromKernel(plain);
        return 0;
      }
      if (isInUserMode(c)) {
        this.#hardware.charge(c.id, CAUSE.polling, this.#hardware.costs.load);
        return 0;
      }
    }
    this.#lanes.wait(lane);
    return -1;
  }
}
