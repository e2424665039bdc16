/** The virtual engine: every cpu in one thread, in whole cycles, the earliest event first.
 *
 *  A cpu is a stack of routines (a kernel routine, an interrupt on top of it) and the access it will perform next.
 *  The engine performs the access of the cpu whose time is earliest, charges its cost, and lets the routine go on to
 *  its next access. Two cpus at the same time go in the order that the seed ranks them; an interrupt that
 *  arrives then comes first. User code really executes. The same seed gives the same run on any machine.
 *
 *  Limit: memory is sequentially consistent; a cpu costs time only at its accesses. */
import { Random } from '../../base/random.js';
import { ACCESS, type Access, argumentOf, isBlocking, kindOf, type Routine } from '../../hw/access.js';
import { CodeMemory } from '../../hw/codeMemory.js';
import type { CostProfile } from '../../hw/costProfile.js';
import { IRQ_MASK } from '../../hw/doorbell.js';
import { FetchPath } from '../../hw/fetchPath.js';
import type { StationBytes } from '../../hw/processor.js';
import { userMode } from '../../jit/userMode.js';
import { versionOf } from '../../jit/version.js';
import {
  allocateMemory,
  boot,
  declareMachine,
  type MachineLayout,
  orderingPoints,
} from '../../kernel/boot.js';
import { Cpu } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { TASK_MODE } from '../../kernel/task.js';
import { Judge } from '../../oracle/judge.js';
import type { EventSink } from '../../trace/events.js';
import { costOf } from './costOf.js';
import { InterruptQueue } from './interruptQueue.js';
import { ReadyQueue } from './readyQueue.js';

export interface VirtualParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  readonly runLoop: WebAssembly.Module;
  readonly costs: CostProfile;
  readonly seed: number;
}

/** Why `run` came back. */
export type Halt = 'finished' | 'deadlock' | 'step-limit' | 'condition' | 'fault';

/** A cpu between two accesses. */
interface Lane {
  readonly c: Cpu;
  readonly routines: Routine[];
  /** Accesses of the routines below the top, and their operands: they were about to happen. */
  readonly suspended: { readonly access: Access; readonly operand: number }[];
  access: Access;
  state: 'ready' | 'waiting';
}

/** Cpus start up to this many cycles apart. */
const START_SPREAD = 1000;

export class VirtualMachine {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  readonly judge = new Judge('all-cpus-in-order');
  /** The stations at the first execution that went wrong. */
  evidence: StationBytes | undefined;
  /** Accesses performed so far. */
  steps = 0;
  readonly #costs: CostProfile;
  readonly #random: Random;
  readonly #lanes: readonly Lane[];
  readonly #times: Float64Array;
  readonly #ready: ReadyQueue;
  readonly #interrupts = new InterruptQueue();
  /* Cpus that wait for a word to be written, by its address. */
  readonly #watchers = new Map<number, number[]>();
  #faulted = false;
  #now = 0;
  /* Calls of a unit that fit before anything else happens; set before each execution. */
  #callsThatFit = 1;

  constructor({ spec, policy, images, runLoop, costs, seed }: VirtualParts) {
    this.spec = spec;
    this.layout = declareMachine(spec);
    this.#costs = costs;
    this.#random = new Random(seed);
    const memory = allocateMemory(this.layout.byteLength);
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    boot(spec, this.layout, buffer, images);
    this.words = new Int32Array(buffer);
    const { kernel } = this.layout;
    const code = new CodeMemory(kernel.hw, buffer);
    const points = orderingPoints(spec.config, spec.without);
    const sink = this.#sink();
    this.#lanes = Array.from({ length: spec.cpus }, (_, id) => {
      const c = new Cpu({
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words: this.words,
        code,
        userCode: new FetchPath(id, kernel.hw, memory, code, spec.units, runLoop),
        units: spec.units,
        points,
        sink,
        callUnit: (userCode, unit, times) => {
          // Unchanged code gives the same value again: one call stands for all that fit.
          const made = userCode.execute(unit, 1);
          return made === 1 ? Math.min(times, this.#callsThatFit) : made;
        },
        versionOf,
        config: spec.config,
        policy,
        userMode,
      });
      return { c, routines: [], suspended: [], access: 0, state: 'ready' as const };
    });
    this.#times = Float64Array.from(this.#lanes, () => this.#random.below(START_SPREAD));
    this.#ready = new ReadyQueue(this.#times, Int32Array.from(this.#random.permutation(spec.cpus)));
    for (const lane of this.#lanes) {
      this.#beginTurn(lane);
      this.#ready.push(lane.c.id);
    }
  }

  /** Virtual time: that of the last access, in cycles. */
  get cycles(): number {
    return this.#now;
  }

  cpu(id: number): Cpu {
    return this.#lanes[id]!.c;
  }

  /** An interrupt from outside the machine, pending at once. */
  interrupt(cpu: number, irq: number): void {
    this.#interrupts.push(this.#now, cpu, irq);
  }

  /** Runs until every task has exited, nothing can happen any more, or a bound is reached.
   *  @param maxSteps accesses to perform at most.
   *  @param until asked after each access; ends the run where it gives true. */
  run(maxSteps: number, until?: () => boolean): Halt {
    const liveTasks = this.layout.kernel.run.liveTasks(0);
    for (let left = maxSteps; left > 0; left--) {
      if (this.words[liveTasks] === 0) return 'finished';
      const next = this.#ready.size > 0 ? this.#times[this.#ready.first]! : Number.POSITIVE_INFINITY;
      if (this.#interrupts.nextAt <= next) {
        if (this.#interrupts.nextAt === Number.POSITIVE_INFINITY) return 'deadlock';
        this.#deliver();
        continue;
      }
      this.#step(this.#lanes[this.#ready.first]!);
      if (this.#faulted) return 'fault';
      if (until?.()) return 'condition';
    }
    return 'step-limit';
  }

  #beginTurn(lane: Lane): void {
    lane.routines.push(cpuTurn(lane.c));
    this.#advance(lane, 0);
  }

  /** Sends a result into the routine on top and takes the next access from it, or from whatever is below. */
  #advance(lane: Lane, result: number): void {
    for (;;) {
      const step = lane.routines[lane.routines.length - 1]!.next(result);
      if (!step.done) {
        lane.access = step.value;
        return;
      }
      lane.routines.pop();
      const below = lane.suspended.pop();
      if (below && kindOf(below.access) === ACCESS.waitAtLeast) {
        // A wait that was interrupted comes back to its routine, which looks again.
        result = 0;
        continue;
      }
      if (below) {
        // An interrupt handler is done; the routine it interrupted performs the access it was about to.
        lane.access = below.access;
        lane.c.restoreOperand(below.operand);
        return;
      }
      lane.routines.push(cpuTurn(lane.c));
      result = 0;
    }
  }

  #step(lane: Lane): void {
    const { c } = lane;
    this.#now = this.#times[c.id]!;
    this.steps++;
    // A halt ends with the interrupt pending, which is then taken before the next access.
    if (kindOf(lane.access) !== ACCESS.halt && this.#pendingInterrupts(c) && c.interruptsEnabled) {
      lane.suspended.push({ access: lane.access, operand: c.operand });
      lane.routines.push(interruptFromKernel(c));
      this.#advance(lane, 0);
      this.#charge(c, this.#costs.interruptEntry);
      return;
    }
    if (isBlocking(lane.access)) this.#block(lane);
    else this.#perform(lane);
  }

  #perform(lane: Lane): void {
    const { c, access } = lane;
    const kind = kindOf(access);
    if (kind === ACCESS.execute) {
      const others = Math.min(this.#ready.secondTime, this.#interrupts.nextAt);
      this.#callsThatFit = Math.max(1, Math.floor((others - this.#now) / this.#costs.call));
    }
    if (kind === ACCESS.ring) {
      c.count('ipiSent');
      const latency = this.#costs.ipiLatency + this.#random.below(this.#costs.ipiJitter + 1);
      this.#interrupts.push(this.#now + latency, argumentOf(access), c.operand);
      this.#charge(c, this.#costs.ipiSend);
      this.#advance(lane, 0);
      return;
    }
    const result = c.perform(access);
    this.#charge(c, costOf(this.#costs, kind, result));
    if (kind <= ACCESS.add && kind !== ACCESS.load) this.#wakeWatchers(argumentOf(access));
    this.#advance(lane, result);
  }

  #block(lane: Lane): void {
    const { c, access } = lane;
    const kind = kindOf(access);
    if (c.attempt(access)) {
      this.#charge(c, this.#costs.atomic);
      if (kind === ACCESS.unlock) this.#wakeWatchers(argumentOf(access));
      this.#advance(lane, 1);
      return;
    }
    if (kind === ACCESS.waitAtLeast && this.#inUserMode(c) && this.#pendingInterrupts(c)) {
      this.#charge(c, this.#costs.load);
      this.#advance(lane, 0);
      return;
    }
    lane.state = 'waiting';
    this.#ready.pop();
    if (kind === ACCESS.halt) return;
    const address = argumentOf(access);
    const watchers = this.#watchers.get(address);
    if (watchers) watchers.push(c.id);
    else this.#watchers.set(address, [c.id]);
  }

  #wakeWatchers(address: number): void {
    if (this.#watchers.size === 0) return;
    const watchers = this.#watchers.get(address);
    if (!watchers) return;
    this.#watchers.delete(address);
    for (const cpu of watchers) this.#wake(this.#lanes[cpu]!, this.#now + this.#costs.wordTransfer);
  }

  #wake(lane: Lane, at: number): void {
    if (lane.state === 'ready') return;
    lane.state = 'ready';
    this.#times[lane.c.id] = at;
    this.#ready.push(lane.c.id);
  }

  /** An interrupt arrives: its pending bit is set, and whoever halts or waits there looks up. */
  #deliver(): void {
    const { at, cpu, irq } = this.#interrupts.pop();
    this.#now = at;
    this.words[this.layout.kernel.hw.cpu.doorbell(cpu)]! |= irq;
    const lane = this.#lanes[cpu]!;
    if (lane.state !== 'waiting') return;
    // With interrupts off it cannot take it, and goes on waiting.
    if (kindOf(lane.access) === ACCESS.lock && !lane.c.interruptsEnabled) return;
    this.#forget(lane);
    this.#wake(lane, at);
  }

  #forget(lane: Lane): void {
    const address = argumentOf(lane.access);
    const watchers = this.#watchers.get(address);
    if (!watchers) return;
    const others = watchers.filter((cpu) => cpu !== lane.c.id);
    if (others.length === 0) this.#watchers.delete(address);
    else this.#watchers.set(address, others);
  }

  #charge(c: Cpu, cycles: number): void {
    this.#times[c.id]! += cycles;
    this.#ready.postponeFirst();
  }

  #pendingInterrupts(c: Cpu): boolean {
    return (this.words[c.hw.cpu.doorbell(c.id)]! & IRQ_MASK) !== 0;
  }

  #inUserMode(c: Cpu): boolean {
    return c.get(c.kernel.task.mode(c.current)) === TASK_MODE.user;
  }

  #sink(): EventSink {
    const { judge } = this;
    return {
      promise: () => judge.promise(),
      execute: (cpu, space, unit, version, promised, count, value) => {
        if (judge.execute(cpu, space, unit, version, promised, count, value) === 'good') return;
        this.evidence ??= this.cpu(cpu).evidence(unit);
      },
      serialize: (cpu, point) => judge.serialize(cpu, point),
      barrierEntered: (_cpu, task) => judge.barrierEntered(task),
      barrierReturned: (_cpu, task, space) => judge.barrierReturned(task, space),
      fault: (fault) => {
        judge.fault(fault);
        this.evidence ??= this.cpu(fault.cpu).evidence(fault.unit);
        this.#faulted = true;
      },
    };
  }
}
