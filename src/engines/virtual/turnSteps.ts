/** One turn at a time: the cpu whose time is earliest goes on until its routine ends or has to wait, before others see any
 *  of it. A turn that need not wait is a plain call (plainKernel.ts); one that may is a routine that is driven.
 *
 *  Where nobody does anything for a while that others could see (lookahead.ts), each cpu makes all its turns of that while,
 *  one cpu after the other: that gives the same, and with hundreds of cpus takes half as long, since what the next turn is
 *  about is in the cache, and is foreseen.
 *
 *  Limit: what happens inside a turn is not interleaved with others. Where a bound on steps is reached in such a while, some
 *  cpus are ahead of others, and an interrupt from outside may reach one that is past its time; a bound below SLICE keeps
 *  them in order. */
import type { CpuId } from '../../base/ids.js';
import { ACCESS, kindOf } from '../../hw/access.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { CAUSE } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import { type Lane, type Lanes, STANDS } from './lanes.js';
import type { Lookahead } from './lookahead.js';
import type { PlainCpu } from './plainCpu.js';
import type { PlainKernel } from './plainKernel.js';
import { SLICE, type Steps } from './steps.js';
import { isInUserMode, isPending, phaseOf } from './turns.js';

/** A kernel that is faster, and takes time to make: the turns after which it is worth that. */
export interface LaterKernel {
  readonly after: number;
  readonly make: () => PlainKernel;
}

const { between: BETWEEN } = STANDS;

/** When cpus may go ahead of each other, and how far. */
export interface Pace {
  /** Turns that are made in order before it is looked again whether cpus can go ahead; doubled while they cannot. */
  readonly inOrder: number;
  readonly mostInOrder: number;
  /** For how long they must be able to, or it is not worth it; in context switches, by what those cost. */
  readonly leastSwitches: number;
  /** For how long they do, before it is looked again; in the same unit. */
  readonly mostSwitches: number;
}

/** Who may go ahead takes as long to find as some hundred turns, with hundreds of cpus. */
const PACE: Pace = { inOrder: 64, mostInOrder: 1 << 16, leastSwitches: 4, mostSwitches: 512 };

export interface TurnParts {
  readonly lanes: Lanes;
  readonly hardware: VirtualHardware;
  readonly cpu: PlainCpu;
  readonly kernel: PlainKernel;
  /** The one that takes over from it. */
  readonly later: LaterKernel | undefined;
  /** Cpus go ahead of each other only with it. */
  readonly lookahead: Lookahead | undefined;
  readonly pace?: Pace | undefined;
}

export class TurnSteps implements Steps {
  ahead = 0;
  readonly #lanes: Lanes;
  readonly #hardware: VirtualHardware;
  /* Whichever cpu makes a turn. */
  readonly #cpu: PlainCpu;
  #kernel: PlainKernel;
  readonly #make: LaterKernel['make'];
  #left: number;
  readonly #lookahead: Lookahead | undefined;
  readonly #pace: Pace;
  /* Turns to make in order now, and next time that going ahead is of no use. */
  #inOrder = 0;
  #pause: number;
  /* Cycles of a context switch on the way from user mode to user mode. */
  readonly #switch: number;

  constructor({ lanes, hardware, cpu, kernel, later, lookahead, pace = PACE }: TurnParts) {
    this.#lanes = lanes;
    this.#hardware = hardware;
    this.#cpu = cpu;
    this.#kernel = kernel;
    this.#make = later?.make ?? (() => kernel);
    this.#left = later?.after ?? Number.POSITIVE_INFINITY;
    this.#lookahead = lookahead;
    this.#pace = pace;
    this.#pause = pace.inOrder;
    const { syscallEntry, contextSwitch, syscallReturn } = hardware.costs;
    this.#switch = syscallEntry + contextSwitch + syscallReturn;
    cpu.use(kernel);
  }

  run(most: number): number {
    if (this.#left === 0) this.#specialize();
    if (this.#inOrder <= 0 && most >= SLICE && this.#lookahead) {
      const made = this.#goAhead(this.#lookahead, Math.min(most, this.#left));
      if (made > 0) return made;
      this.#inOrder = this.#pause;
    }
    const made = this.#goInOrder(Math.min(most, this.#left, SLICE, Math.max(this.#inOrder, 1)));
    this.#inOrder -= made;
    return made;
  }

  /** Each cpu by itself, until somebody may do what others could see. */
  #goAhead(lookahead: Lookahead, most: number): number {
    const { ready, nextTime } = this.#lanes;
    const least = nextTime + this.#pace.leastSwitches * this.#switch;
    const until = Math.min(lookahead.until(least), nextTime + this.#pace.mostSwitches * this.#switch);
    if (until < least) {
      this.#pause = Math.min(2 * this.#pause, this.#pace.mostInOrder);
      return 0;
    }
    this.#pause = this.#pace.inOrder;
    const { times } = this.#hardware;
    let made = 0;
    for (let cpu = 0; cpu < times.length && made < most; cpu++) {
      if (this.#lanes.stands[cpu] === BETWEEN && times[cpu]! < until) {
        made += this.#goAlone(cpu, until, most - made);
      }
    }
    ready.reorder();
    this.ahead += made;
    this.#left -= made;
    return made;
  }

  /** Turns of one cpu that begin before a time. */
  #goAlone(cpu: CpuId, until: number, most: number): number {
    const hardware = this.#hardware;
    const { times } = hardware;
    const plain = this.#cpu;
    const { turn } = this.#kernel;
    if (plain.id !== cpu) plain.become(cpu);
    let made = 0;
    let now = hardware.now;
    for (let next = times[cpu]!; next < until && made < most; next = times[cpu]!) {
      // It halts: that is seen where interrupts are delivered.
      if (!turn(plain)) break;
      now = next;
      made++;
    }
    if (now > hardware.now) hardware.now = now;
    return made;
  }

  #goInOrder(most: number): number {
    const lanes = this.#lanes;
    const { ready, stands, words, liveTasks } = lanes;
    const hardware = this.#hardware;
    const { times, interrupts } = hardware;
    const plain = this.#cpu;
    const { turn } = this.#kernel;
    const end = most | 0;
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
