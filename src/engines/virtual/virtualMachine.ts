/** The virtual engine: every cpu in one thread, in whole cycles, the earliest event first.
 *
 *  A cpu is a stack of routines (a kernel routine, an interrupt on top of it) and the access it will perform next.
 *  The engine performs the access of the cpu whose time is earliest, charges its cost, and lets the routine go on to
 *  its next access. Two cpus at the same time go in the order that the seed ranks them; an interrupt that
 *  arrives then comes first. User code really executes. The same seed gives the same run on any machine.
 *
 *  With `granularity: 'turn'` a cpu goes on until its routine ends or has to wait, before others see any of it: the
 *  same kernel, much faster, for measuring. What happens inside a turn is then not interleaved with others.
 *
 *  Limit: memory is sequentially consistent; a cpu costs time only at its accesses and at what the kernel counts. A call
 *  of a user's own function is one access: what arrives meanwhile is taken after it, and it costs what one call of a
 *  unit does, however long it is. */
import type { CpuId } from '../../base/ids.js';
import { Random } from '../../base/random.js';
import { ACCESS, type Access, argumentOf, isBlocking, kindOf, type Routine } from '../../hw/access.js';
import { CodeMemory } from '../../hw/codeMemory.js';
import type { CycleCosts } from '../../hw/costProfile.js';
import { IRQ_TIMER } from '../../hw/doorbell.js';
import { FetchPath } from '../../hw/fetchPath.js';
import { OutlinedCode, type OutlinedProgram } from '../../hw/outlinedCode.js';
import type { StationBytes } from '../../hw/processor.js';
import { type Hardware, spontaneousRefresh } from '../../hw/refresh.js';
import type { UserCode } from '../../hw/userCode.js';
import { userMode } from '../../jit/userMode.js';
import { versionAt, versionOf } from '../../jit/version.js';
import {
  allocateMemory,
  boot,
  declareMachine,
  dimensionsOf,
  type MachineLayout,
  orderingPoints,
} from '../../kernel/boot.js';
import type { CpuParts } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { TASK_MODE } from '../../kernel/task.js';
import { SingleOrder } from '../../oracle/eventOrder.js';
import { Judge } from '../../oracle/judge.js';
import type { Accounts } from './accounts.js';
import { CAUSE } from './accounts.js';
import { VirtualHardware } from './hardware.js';
import { PlainCpu } from './plainCpu.js';
import {
  isSpecializedFor,
  type MachineKind,
  type PlainKernel,
  plainKernel,
  specializedKernel,
} from './plainKernel.js';
import { ReadyQueue } from './readyQueue.js';
import { Recorder } from './recorder.js';
import { isInterrupted, isPending, phaseOf } from './turns.js';
import { VirtualCpu } from './virtualCpu.js';

export interface VirtualParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  /** Functions of the user's own. */
  readonly program?: OutlinedProgram | undefined;
  readonly runLoop: WebAssembly.Module;
  readonly costs: CycleCosts;
  readonly seed: number;
  /** What cpus drop on their own; nothing by default. */
  readonly hardware?: Hardware;
  /** How much of what a cpu does others see at once; each access by default. */
  readonly granularity?: 'access' | 'turn';
  /** The kernel that runs turns; the plain one where left out. */
  readonly turnKernel?: PlainKernel;
  /** Turns after which a plain kernel is made for this kind of machine. */
  readonly specializedAfter?: number;
  /** Cycles between two timer interrupts of a cpu; none by default. */
  readonly timerPeriod?: number | undefined;
}

/** Why `run` came back. */
export type Halt = 'finished' | 'deadlock' | 'step-limit' | 'condition' | 'fault';

/** Where a cpu stands: between two turns, in the middle of a routine at an access, or waiting there. */
const STANDS = { between: 0, inside: 1, waiting: 2 } as const;

/** A cpu between two accesses. */
interface Lane {
  readonly c: VirtualCpu;
  readonly routines: Routine[];
  access: Access;
  /* Of the routine below an interrupt: the access that was about to happen, and what goes with it. */
  suspendedAccess: Access;
  suspendedOperand: number;
  suspendedPhase: number;
}

/** A run of so many turns takes longer than the making of a kernel for it; one that is there is taken at once. */
const SPECIALIZED_AFTER = 100_000;

/** Cpus start up to this many cycles apart. */
const START_SPREAD = 1000;

export class VirtualMachine {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  readonly judge = new Judge(new SingleOrder());
  readonly recorder: Recorder;
  /** The stations at the first execution that went wrong. */
  evidence: StationBytes | undefined;
  /** Accesses performed so far; turns, where those are what happens at once. */
  steps = 0;
  readonly #hardware: VirtualHardware;
  readonly #lanes: readonly Lane[];
  /* By cpu: so that a turn that ends needs nothing of its lane. */
  readonly #stands: Uint8Array;
  readonly #times: Float64Array;
  readonly #starts: Float64Array;
  readonly #ready: ReadyQueue;
  #plain: PlainKernel | undefined;
  /* Where turns are what happens at once. */
  readonly #plainCpu: PlainCpu | undefined;
  readonly #specializedAfter: number;
  readonly #policy: string;
  readonly #timerPeriod: number | undefined;
  readonly #doorbells: Int32Array;
  readonly #liveTasks: number;
  #faulted = false;
  #now = 0;

  constructor(parts: VirtualParts) {
    const { spec, policy, images, runLoop, costs, seed, granularity, timerPeriod } = parts;
    const { hardware = 'adversarial' } = parts;
    this.spec = spec;
    this.layout = declareMachine(spec, 'packed');
    this.#timerPeriod = timerPeriod;
    const memory = allocateMemory(this.layout.byteLength);
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    boot(spec, this.layout, buffer, images);
    this.words = new Int32Array(buffer);
    const { kernel } = this.layout;
    const code = new CodeMemory(kernel.hw, buffer);
    const random = new Random(seed);
    this.#policy = policy.name;
    this.#hardware = new VirtualHardware(this.words.length, spec.cpus, costs, random);
    this.#times = this.#hardware.times;
    const runsTurns = granularity === 'turn' && !parts.turnKernel;
    this.#specializedAfter = runsTurns
      ? (parts.specializedAfter ?? (isSpecializedFor(policy.name, this.#kind) ? 0 : SPECIALIZED_AFTER))
      : Number.POSITIVE_INFINITY;
    this.#plain = granularity === 'turn' ? (parts.turnKernel ?? plainKernel(policy.name)) : undefined;
    this.#liveTasks = kernel.run.liveTasks(0);
    this.#doorbells = Int32Array.from({ length: spec.cpus }, (_, cpu) => kernel.hw.cpu.doorbell(cpu));
    this.recorder = new Recorder({
      judge: this.judge,
      words: this.words,
      kernel,
      times: this.#times,
      tasks: spec.cpus + spec.tasks.length,
      mms: spec.mms.length + 1,
      onFinding: (cpu, unit) => {
        this.evidence ??= this.cpu(cpu).evidence(unit);
      },
      onFault: () => {
        this.#faulted = true;
      },
    });
    const points = orderingPoints(spec.config, spec.without);
    const cpuParts = (id: CpuId): CpuParts => {
      const path = new FetchPath(id, kernel.hw, memory, code, spec.units, runLoop);
      const outlined =
        parts.program &&
        new OutlinedCode({ cpu: id, layout: kernel.hw, memory, path, program: parts.program, versionAt });
      return {
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words: this.words,
        code,
        userCode: outlined ?? path,
        ownCode: outlined && {
          code: outlined,
          aboutToExecute: () => {},
          attend: () => {},
          returned: () => {},
        },
        units: spec.units,
        points,
        sink: this.recorder,
        spontaneousRefresh: spontaneousRefresh(hardware, seed, id),
        callUnit: (userCode, unit, times) => this.#callUnit(id, userCode, unit, times),
        versionOf,
        config: spec.config,
        policy,
        userMode,
      };
    };
    this.#lanes = Array.from(
      { length: spec.cpus },
      (_, id): Lane => ({
        c: new VirtualCpu(cpuParts(id), this.#hardware, this.recorder.patchBegan),
        routines: [],
        access: 0,
        suspendedAccess: 0,
        suspendedOperand: 0,
        suspendedPhase: 0,
      }),
    );
    this.#stands = new Uint8Array(spec.cpus);
    const cpus = this.#lanes.map(({ c }) => c);
    if (this.#plain) {
      this.#plainCpu = new PlainCpu(cpuParts(0), this.#hardware, this.recorder.patchBegan, cpus);
      this.#plainCpu.use(this.#plain);
    }
    for (const lane of this.#lanes) this.#times[lane.c.id] = random.below(START_SPREAD);
    this.#starts = this.#times.slice();
    this.#ready = new ReadyQueue(this.#times, Int32Array.from(random.permutation(spec.cpus)));
    for (const lane of this.#lanes) {
      if (!this.#plain) this.#beginTurn(lane);
      this.#ready.push(lane.c.id);
    }
    if (timerPeriod !== undefined) {
      for (let cpu = 0; cpu < spec.cpus; cpu++) {
        this.#hardware.interrupts.push(START_SPREAD + random.below(timerPeriod), cpu, IRQ_TIMER);
      }
    }
  }

  /** From now on the turns are those of a kernel for this kind of machine. */
  #specialize(): void {
    this.#plain = specializedKernel(this.#policy, this.#kind);
    this.#plainCpu!.use(this.#plain);
  }

  get #kind(): MachineKind {
    const { spec, layout } = this;
    return {
      layout: layout.kernel,
      dimensions: dimensionsOf(spec),
      config: spec.config,
      profile: spec.profile,
      costs: this.#hardware.costs,
    };
  }

  /** Virtual time: that of the cpu that has come farthest, in cycles. */
  get cycles(): number {
    return this.#times.reduce((latest, time) => Math.max(latest, time), this.#now);
  }

  /** Cycles that a cpu has spent, up to its last step. */
  timeOf(cpu: number): number {
    return this.#times[cpu]! - this.#starts[cpu]!;
  }

  /** Where the cycles went, up to now. */
  get accounts(): Accounts {
    const end = this.cycles;
    for (const lane of this.#lanes) {
      if (this.#stands[lane.c.id] === STANDS.waiting) this.#chargeWait(lane, end);
    }
    return this.#hardware.accounts;
  }

  cpu(id: number): VirtualCpu {
    return this.#lanes[id]!.c;
  }

  /** An interrupt from outside the machine, pending at once. */
  interrupt(cpu: number, irq: number): void {
    this.#hardware.interrupts.push(this.#now, cpu, irq);
  }

  /** Runs until every task has exited, nothing can happen any more, or a bound is reached.
   *  @param maxSteps accesses to perform at most.
   *  @param until asked after each access; ends the run where it gives true. */
  run(maxSteps: number, until?: () => boolean): Halt {
    const { words } = this;
    const liveTasks = this.#liveTasks;
    const hardware = this.#hardware;
    const { interrupts, times } = hardware;
    const ready = this.#ready;
    const stands = this.#stands;
    for (let left = maxSteps; left > 0; left--) {
      if (words[liveTasks] === 0) return 'finished';
      const cpu = ready.first;
      const next = ready.size > 0 ? times[cpu]! : Number.POSITIVE_INFINITY;
      if (interrupts.nextAt <= next) {
        if (interrupts.nextAt === Number.POSITIVE_INFINITY) return 'deadlock';
        this.#deliver();
        continue;
      }
      this.#now = next;
      if (this.steps === this.#specializedAfter) this.#specialize();
      if (this.#plain) {
        const isAlone = ready.size === 1 && !until;
        const made = this.#turns(cpu, this.#plain, isAlone ? left : 1);
        this.steps += made;
        left -= made - 1;
      } else {
        this.steps++;
        this.#step(this.#lanes[cpu]!);
      }
      if (stands[cpu] === STANDS.waiting) ready.pop();
      else ready.postponeFirst();
      if (hardware.wokenCount > 0) this.#resumeWoken();
      if (this.#faulted) return 'fault';
      if (until?.()) return 'condition';
    }
    return 'step-limit';
  }

  /* ---- one access at a time ---- */

  #beginTurn(lane: Lane): void {
    lane.c.phase = phaseOf(lane.c);
    lane.routines.push(cpuTurn(lane.c));
    this.#advance(lane, 0);
  }

  /** Sends a result into the routine on top and takes the next access from it, or from whatever is below. */
  #advance(lane: Lane, sent: number): void {
    let result = sent;
    for (;;) {
      const step = lane.routines[lane.routines.length - 1]!.next(result);
      if (!step.done) {
        lane.access = step.value;
        return;
      }
      lane.routines.pop();
      result = 0;
      if (lane.routines.length === 0) {
        lane.c.phase = phaseOf(lane.c);
        lane.routines.push(cpuTurn(lane.c));
        continue;
      }
      // An interrupt handler is done; the routine it interrupted performs the access it was about to, but a wait
      // comes back to its routine, which looks again.
      lane.c.phase = lane.suspendedPhase;
      lane.c.restoreOperand(lane.suspendedOperand);
      if (kindOf(lane.suspendedAccess) === ACCESS.waitAtLeast) continue;
      lane.access = lane.suspendedAccess;
      return;
    }
  }

  #step(lane: Lane): void {
    const { c, access } = lane;
    // A halt ends with the interrupt pending, which is then taken before the next access.
    if (kindOf(access) !== ACCESS.halt && isInterrupted(c)) {
      lane.suspendedAccess = access;
      lane.suspendedOperand = c.operand;
      lane.suspendedPhase = c.phase;
      lane.routines.push(interruptFromKernel(c));
      this.#advance(lane, 0);
      return;
    }
    if (!isBlocking(access) || c.attempt(access)) {
      this.#advance(lane, this.#complete(c, access));
      return;
    }
    if (kindOf(access) === ACCESS.waitAtLeast && this.#isInUserMode(c) && isPending(c)) {
      this.#hardware.charge(c.id, CAUSE.polling, this.#hardware.costs.load);
      this.#advance(lane, 0);
      return;
    }
    this.#wait(lane);
  }

  /** Performs an access that cannot block now. `attempt` may have taken the lock already. */
  #complete(c: VirtualCpu, access: Access): number {
    const kind = kindOf(access);
    if (kind === ACCESS.lock) this.words[argumentOf(access)] = 0;
    if (kind !== ACCESS.halt) return c.do(access);
    c.charge(CAUSE.idle, this.#hardware.costs.load);
    return 1;
  }

  /* ---- one turn at a time ---- */

  /** Turns of a cpu, until something else comes first.
   *  @param most 1 where another cpu is ready.
   *  @returns how many it were. */
  #turns(cpu: CpuId, kernel: PlainKernel, most: number): number {
    if (this.#stands[cpu] !== STANDS.between) {
      const lane = this.#lanes[cpu]!;
      const result = this.#waited(lane, kernel);
      if (result >= 0) this.#drive(lane, kernel, result);
      return 1;
    }
    const plain = this.#plainCpu!;
    if (plain.id !== cpu) plain.become(cpu);
    const untilSpecialized = this.#specializedAfter - this.steps;
    const end = untilSpecialized > 0 ? Math.min(most, untilSpecialized) : most;
    for (let made = 1; ; made++) {
      if (!kernel.turn(plain)) {
        this.#beginRoutine(this.#lanes[cpu]!, kernel);
        return made;
      }
      if (made === end || !this.#goesOn(cpu)) return made;
      this.#now = this.#times[cpu]!;
    }
  }

  /** Does nothing come before the next turn of the only cpu that is ready? */
  #goesOn(cpu: CpuId): boolean {
    const hardware = this.#hardware;
    return (
      hardware.wokenCount === 0 &&
      this.#times[cpu]! < hardware.interrupts.nextAt &&
      this.words[this.#liveTasks] !== 0 &&
      !this.#faulted
    );
  }

  /** A turn that may have to wait. */
  #beginRoutine(lane: Lane, kernel: PlainKernel): void {
    lane.c.phase = phaseOf(lane.c);
    lane.routines[0] = cpuTurn(lane.c);
    this.#drive(lane, kernel, 0);
  }

  /** Runs the routine to its end, or until it has to wait. */
  #drive(lane: Lane, plain: PlainKernel, sent: number): void {
    let result = sent;
    for (;;) {
      const step = lane.routines[0]!.next(result);
      if (step.done) {
        this.#stands[lane.c.id] = STANDS.between;
        return;
      }
      lane.access = step.value;
      this.#stands[lane.c.id] = STANDS.inside;
      const kind = kindOf(step.value);
      if (kind === ACCESS.waitAtLeast || kind === ACCESS.halt) {
        result = this.#waited(lane, plain);
        if (result < 0) return;
      } else result = lane.c.do(step.value);
    }
  }

  /** @returns the result of the wait that the lane stands at; -1 where it goes on waiting. */
  #waited(lane: Lane, plain: PlainKernel): number {
    const { c, access } = lane;
    if (c.attempt(access)) return this.#complete(c, access);
    if (kindOf(access) === ACCESS.waitAtLeast && isPending(c)) {
      if (c.interruptsEnabled) {
        const plainCpu = this.#plainCpu!;
        if (plainCpu.id !== c.id) plainCpu.become(c.id);
        plain.interruptFromKernel(plainCpu);
        return 0;
      }
      if (this.#isInUserMode(c)) {
        this.#hardware.charge(c.id, CAUSE.polling, this.#hardware.costs.load);
        return 0;
      }
    }
    this.#wait(lane);
    return -1;
  }

  /* ---- waiting and being woken ---- */

  #wait(lane: Lane): void {
    this.#stands[lane.c.id] = STANDS.waiting;
    if (kindOf(lane.access) !== ACCESS.halt) {
      this.#hardware.watchers.add(argumentOf(lane.access), lane.c.id);
    }
  }

  #chargeWait(lane: Lane, until: number): void {
    const { c } = lane;
    const waited = until - this.#times[c.id]!;
    if (waited <= 0) return;
    switch (kindOf(lane.access)) {
      case ACCESS.halt:
        return this.#hardware.charge(c.id, CAUSE.idle, waited);
      case ACCESS.lock:
        return this.#hardware.charge(c.id, CAUSE.lockWait, waited);
      default: {
        const isSyscall = c.phase === CAUSE.syscallWork;
        return this.#hardware.charge(c.id, isSyscall ? CAUSE.remoteWait : CAUSE.polling, waited);
      }
    }
  }

  #resumeWoken(): void {
    const hardware = this.#hardware;
    for (let i = 0; i < hardware.wokenCount; i++) {
      const cpu = hardware.woken[i]!;
      const lane = this.#lanes[cpu]!;
      this.#chargeWait(lane, hardware.resumesAt[cpu]!);
      this.#stands[cpu] = STANDS.inside;
      this.#ready.push(cpu);
    }
    hardware.wokenCount = 0;
  }

  /** An interrupt arrives: its pending bit is set, and whoever halts or waits there looks up. */
  #deliver(): void {
    const { interrupts, watchers } = this.#hardware;
    interrupts.pop();
    const { poppedAt: at, poppedCpu: cpu, poppedIrq: irq } = interrupts;
    this.#now = Math.max(this.#now, at);
    this.words[this.#doorbells[cpu]!]! |= irq;
    if (irq === IRQ_TIMER && this.#timerPeriod !== undefined) {
      interrupts.push(at + this.#timerPeriod, cpu, IRQ_TIMER);
    }
    const lane = this.#lanes[cpu]!;
    if (this.#stands[cpu] !== STANDS.waiting) return;
    const kind = kindOf(lane.access);
    // With interrupts off it cannot take it, and goes on waiting.
    if (kind === ACCESS.lock && !lane.c.interruptsEnabled) return;
    if (kind !== ACCESS.halt) watchers.remove(argumentOf(lane.access), cpu);
    this.#hardware.wake(cpu, at);
    this.#resumeWoken();
  }

  #isInUserMode(c: VirtualCpu): boolean {
    return c.get(c.kernel.task.mode(c.current)) === TASK_MODE.user;
  }

  /** Unchanged code gives the same value again: one call stands for all that fit before anything else happens. */
  #callUnit(cpu: number, userCode: UserCode, unit: number, times: number): number {
    const { costs, interrupts } = this.#hardware;
    const wasDecoded = userCode.isDecoded(unit);
    const made = userCode.execute(unit, 1);
    if (!wasDecoded) {
      this.#hardware.charge(cpu, CAUSE.decode, costs.decode);
      this.recorder.decoded(cpu, unit);
    }
    if (made !== 1) return made;
    // Where turns are not interleaved: nobody can reach this cpu sooner than by an interrupt.
    const reach = this.#plain ? costs.ipiLatency : 0;
    const others = Math.min(this.#ready.secondTime + reach, interrupts.nextAt);
    return Math.min(times, Math.max(1, Math.floor((others - this.#times[cpu]!) / costs.call)));
  }
}
