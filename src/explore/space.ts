/** The machine as a transition system: what can happen next, do it, take it back.
 *
 *  A transition is one access that others can see, by one cpu, and everything that cpu does by itself until its next
 *  such access; or an interrupt arriving at a cpu; or, if asked for, a cpu fetching code on its own.
 *
 *  An access that no other cpu conflicts with is not a choice: it is made at once. Which words are shared is found
 *  out by exploring: the space starts with none, notes every conflict it meets, and `sharingGrew` tells the search
 *  to begin again. When a complete search meets no new conflict, every conflict there is has been a choice: had one
 *  been missed, moving the accesses in front of it out of the way would lead to it within the explored part.
 *
 *  Source: the reduction is a persistent set of one element for local transitions (Godefroid, "Partial-Order Methods
 *  for the Verification of Concurrent Systems", LNCS 1032), with locality observed instead of declared.
 *  Limit: sequentially consistent memory; at most 30 cpus. */
import { ACCESS, type Access, argumentOf, isBlocking, kindOf } from '../hw/access.js';
import { CodeMemory } from '../hw/codeMemory.js';
import { IRQ_MASK } from '../hw/doorbell.js';
import { OP } from '../hw/instruction.js';
import { userMode } from '../jit/userMode.js';
import { versionOf } from '../jit/version.js';
import { boot, declareMachine, type MachineLayout, orderingPoints } from '../kernel/boot.js';
import type { CpuParts } from '../kernel/cpu.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { POINT } from '../kernel/orderingPoints.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import { SYSCALL } from '../kernel/syscall.js';
import { TASK_MODE } from '../kernel/task.js';
import type { DebtLedger, MakeLedger } from '../trace/debtLedger.js';
import { type EventSink, NO_VERSION } from '../trace/events.js';
import {
  cpuOf,
  cpuStep,
  delivery,
  isCpuStep,
  isDelivery,
  ownFetch,
  type Transition,
  unitOf,
} from '../trace/schedule.js';
import { ContentUserCode, ContentValues } from './contentUserCode.js';
import { ExploredCpu, Tape } from './exploredCpu.js';
import { Lane, type Standing } from './lane.js';
import { mixHigh, mixLow } from './mix.js';
import { Sharing } from './sharing.js';
import { StateWords, type WordsMark } from './stateWords.js';

/** May a cpu fetch code at any moment, as hardware does, or only when it executes? */
export type Fetching = 'any-time' | 'on-execution';

/** Where exploration begins: at boot, or where the tasks have set up and begin their rounds. The way there is one
 *  fixed schedule, so races of the set-up itself (a registration, say) are explored from boot only. */
export type Beginning = 'boot' | 'rounds';

/** What a transition is: up to the next access that others can see, or a single access. A schedule of single accesses
 *  means the same without knowing what is shared. */
export type Granularity = 'visible' | 'access';

export interface SpaceParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  readonly fetching: Fetching;
  readonly from: Beginning;
  readonly granularity: Granularity;
  readonly makeLedger: MakeLedger;
}

/** What went wrong at a transition. */
export interface Violation {
  readonly kind: 'stale' | 'torn' | 'unserialized' | 'fault' | 'deadlock';
  readonly cpu: number;
  readonly executed: number;
  readonly promised: number;
}

/** A moment to come back to. */
export interface Mark {
  readonly words: WordsMark;
  readonly standings: readonly Standing[];
}

/** Accesses a cpu makes by itself in one transition, at most: more is a loop that nothing can end. */
const MAX_LOCAL = 100_000;

export class Space {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  /** Set by a transition that went wrong; cleared by whoever looks. */
  violation: Violation | undefined;
  /** Accesses performed. */
  accesses = 0;
  /** What the cpus did by themselves before the first transition, as single accesses. */
  readonly opening: Transition[] = [];
  readonly #state: StateWords;
  readonly #lanes: readonly Lane[];
  readonly #fetching: Fetching;
  readonly #granularity: Granularity;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #ledger: DebtLedger;
  #sharing: Sharing;
  /* Where the bits of interrupts on their way to a cpu are. */
  readonly #inFlight: (cpu: number) => number;
  readonly #doorbells: readonly number[];
  readonly #liveTasks: number;

  constructor({ spec, policy, images, fetching, from, granularity, makeLedger }: SpaceParts, known?: Space) {
    this.spec = spec;
    this.#fetching = fetching;
    this.#granularity = granularity;
    this.layout = declareMachine(spec, 'packed');
    const { kernel } = this.layout;
    const { cpus } = spec;
    const tasks = cpus + spec.tasks.length;
    const mms = spec.mms.length + 1;
    // Behind the machine's own words: interrupts on their way, then the oracle's ledger.
    const inFlightAt = this.layout.byteLength / 4;
    const ledgerAt = inFlightAt + cpus;
    const buffer = new SharedArrayBuffer(Math.ceil((ledgerAt + tasks + mms) / 2) * 8);
    this.words = new Int32Array(buffer);
    boot(spec, this.layout, buffer, images);
    this.#state = new StateWords(this.words, codeWordsOf(this.layout));
    this.#state.begin();
    this.#inFlight = (cpu) => inFlightAt + cpu;
    this.#doorbells = Array.from({ length: cpus }, (_, cpu) => kernel.hw.cpu.doorbell(cpu));
    this.#liveTasks = kernel.run.liveTasks(0);
    const bits = {
      get: (index: number) => this.words[ledgerAt + index]!,
      set: (index: number, value: number) => this.#state.write(ledgerAt + index, value),
    };
    this.#ledger = makeLedger(bits, tasks, mms, cpus);
    const code = new CodeMemory(kernel.hw, buffer);
    const values = new ContentValues();
    const points = orderingPoints(spec.config, spec.without);
    const sink = this.#sink();
    this.#userCodes = Array.from(
      { length: cpus },
      (_, cpu) => new ContentUserCode(cpu, kernel.hw, this.words, code, spec.units, values),
    );
    this.#sharing = new Sharing(this.words.length);
    this.#lanes = this.#userCodes.map((userCode, id) => {
      const parts: CpuParts = {
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words: this.words,
        code,
        userCode,
        units: spec.units,
        points,
        sink,
        callUnit: (unitCode, unit, times) => unitCode.execute(unit, times),
        versionOf,
        config: spec.config,
        policy,
        userMode,
      };
      const turnTape = new Tape();
      return new Lane(new ExploredCpu(parts, this.#state, turnTape), turnTape, new Tape());
    });
    if (from === 'rounds') this.#setUp();
    // What was shared on the way here says nothing about what is shared from now on.
    this.#sharing = new Sharing(this.words.length, known === undefined ? undefined : known.#sharing);
    for (const lane of this.#lanes) {
      const before = this.accesses;
      this.#runLocal(lane);
      for (let i = before; i < this.accesses; i++) this.opening.push(cpuStep(lane.c.id));
    }
  }

  /** An access met a conflict that had not been a choice. */
  get sharingGrew(): boolean {
    return this.#sharing.grew;
  }

  /** Takes every task that runs to the beginning of its rounds. */
  #setUp(): void {
    const starts = this.spec.tasks.map((task) => roundsOf(this.spec, task.entry));
    const hasArrived = (cpu: number): boolean => {
      const { kernel } = this.layout;
      const curr = this.words[kernel.runQueue.curr(cpu)]!;
      const start = starts[curr - this.spec.cpus];
      const mode = this.words[kernel.task.mode(curr)]!;
      const atWork = mode === TASK_MODE.user || mode === TASK_MODE.kthread;
      return start !== undefined && atWork && this.words[kernel.task.pc(curr)]! >= start;
    };
    for (let left = MAX_LOCAL; left > 0; left--) {
      const able = this.#lanes.filter(({ c }) => this.isEnabled(c.id));
      const due = this.#lanes.find(({ c }) => this.words[this.#inFlight(c.id)] !== 0);
      const behind =
        able.find(({ c }) => !hasArrived(c.id)) ??
        able.find(({ c }) => (this.words[this.#doorbells[c.id]!]! & IRQ_MASK) !== 0);
      if (due) this.take(delivery(due.c.id));
      else if (behind) this.#step(behind);
      else return;
    }
    throw new Error('the tasks do not get to their rounds');
  }

  /** The same machine from the start, knowing what is shared. */
  restarted(parts: SpaceParts): Space {
    return new Space(parts, this);
  }

  /* ---- the state ---- */

  mark(): Mark {
    return { words: this.#state.mark(), standings: this.#lanes.map((lane) => lane.standing) };
  }

  /** Takes back everything since the mark. */
  rewind(mark: Mark): void {
    this.#state.rewind(mark.words);
    this.#lanes.forEach((lane, index) => {
      lane.standing = mark.standings[index]!;
    });
  }

  /** Hash of the state, low and high half: the machine's words and where each routine stands. */
  get low(): number {
    return this.#lanes.reduce((hash, lane) => mixLow(hash, lane.low), this.#state.low);
  }

  get high(): number {
    return this.#lanes.reduce((hash, lane) => mixHigh(hash, lane.high), this.#state.high);
  }

  get isFinished(): boolean {
    return this.words[this.#liveTasks] === 0;
  }

  /** Every transition that can happen now, cpus first, in the order of their numbers. */
  transitions(): Transition[] {
    const possible: Transition[] = [];
    for (const lane of this.#lanes) if (this.isEnabled(lane.c.id)) possible.push(cpuStep(lane.c.id));
    for (const { c } of this.#lanes)
      if (this.words[this.#inFlight(c.id)] !== 0) possible.push(delivery(c.id));
    if (this.#fetching === 'any-time') this.#addFetches(possible);
    return possible;
  }

  /** Can the cpu go on, or is it waiting? */
  isEnabled(cpu: number): boolean {
    const { c, standing } = this.#lanes[cpu]!;
    const { access } = standing;
    if (!isBlocking(access)) return true;
    const argument = argumentOf(access);
    const pending = this.#isPending(cpu);
    switch (kindOf(access)) {
      case ACCESS.lock:
        return this.words[argument] === 0;
      case ACCESS.waitAtLeast:
        return (
          this.words[argument]! >= standing.operand ||
          (pending && (this.#takesInterrupts(c) || this.#inUserMode(c)))
        );
      case ACCESS.halt:
        return pending;
      default:
        return true;
    }
  }

  /** The access that a cpu performs next; for showing. */
  nextAccess(cpu: number): Access {
    return this.#lanes[cpu]!.standing.access;
  }

  cpu(cpu: number): ExploredCpu {
    return this.#lanes[cpu]!.c;
  }

  userCode(cpu: number): ContentUserCode {
    return this.#userCodes[cpu]!;
  }

  /** Makes a transition happen. It must be one of `transitions()`. */
  take(transition: Transition): void {
    const cpu = cpuOf(transition);
    if (isCpuStep(transition)) {
      const lane = this.#lanes[cpu]!;
      const polled = this.#granularity === 'visible' && this.#isUserPoll(lane);
      this.#step(lane);
      // User mode polls just before each instruction. An interrupt that arrives between the two is taken after the
      // instruction, as one that arrives after it: the poll and what follows are one transition.
      if (polled && this.isEnabled(cpu) && !this.violation) this.#step(lane);
      this.#runLocal(lane);
    } else if (isDelivery(transition)) {
      const doorbell = this.#doorbells[cpu]!;
      this.#sharing.noteWriteFromOutside(doorbell);
      this.#state.write(doorbell, this.words[doorbell]! | this.words[this.#inFlight(cpu)]!);
      this.#state.write(this.#inFlight(cpu), 0);
    } else {
      this.#state.changeCode(() => this.#userCodes[cpu]!.decode(unitOf(transition)));
    }
  }

  /* ---- one access ---- */

  #step(lane: Lane): void {
    this.accesses++;
    const { c, standing } = lane;
    const takesNow = kindOf(standing.access) !== ACCESS.halt && this.#takesInterrupts(c);
    if (takesNow && this.#isPending(c.id)) lane.enterInterrupt();
    else lane.goOn((access) => this.#perform(c, access));
  }

  #perform(c: ExploredCpu, access: Access): number {
    const argument = argumentOf(access);
    switch (kindOf(access)) {
      case ACCESS.load:
        this.#sharing.noteRead(argument, c.id);
        return this.words[argument]!;
      case ACCESS.store:
      case ACCESS.exchange:
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add:
        return this.#performWrite(c, access, argument);
      case ACCESS.lock:
        return this.#writeShared(argument, c.id, c.id + 1);
      case ACCESS.unlock:
        return this.#writeShared(argument, c.id, 0);
      case ACCESS.waitAtLeast:
        this.#sharing.noteRead(argument, c.id);
        return this.words[argument]! >= c.operand ? 1 : 0;
      case ACCESS.halt:
        return 1;
      case ACCESS.ring:
        this.#sharing.noteInterrupt(argument);
        this.#state.write(this.#inFlight(argument), this.words[this.#inFlight(argument)]! | c.operand);
        return 0;
      case ACCESS.promise:
        this.#state.write(c.hw.site.promised(argument), this.words[c.hw.site.issued(argument)]!);
        return 0;
      case ACCESS.fence:
        return c.perform(access);
      default: {
        let result = 0;
        this.#state.changeCode(() => {
          result = c.perform(access);
        });
        return result;
      }
    }
  }

  /** The processor writes past the door; what it wrote is taken back and written again through it. */
  #performWrite(c: ExploredCpu, access: Access, address: number): number {
    this.#sharing.noteWrite(address, c.id);
    const old = this.words[address]!;
    const result = c.perform(access);
    const now = this.words[address]!;
    this.words[address] = old;
    this.#state.write(address, now);
    return result;
  }

  #writeShared(address: number, cpu: number, value: number): number {
    this.#sharing.noteWrite(address, cpu);
    this.#state.write(address, value);
    return 1;
  }

  /** Performs the accesses of a cpu that nobody else can tell from having happened earlier or later. */
  #runLocal(lane: Lane): void {
    if (this.#granularity === 'access') return;
    for (let left = MAX_LOCAL; left > 0; left--) {
      if (this.violation || !this.#isLocal(lane) || !this.isEnabled(lane.c.id)) return;
      this.#step(lane);
    }
    throw new Error(`cpu ${lane.c.id} makes no access that anybody else could see, and does not stop`);
  }

  #isLocal({ c, standing }: Lane): boolean {
    const kind = kindOf(standing.access);
    const argument = argumentOf(standing.access);
    if (this.#sharing.isInterruptible(c.id) && this.#takesInterrupts(c)) return false;
    switch (kind) {
      case ACCESS.load:
      case ACCESS.waitAtLeast:
        return this.#sharing.mayReadAlone(argument, c.id);
      case ACCESS.store:
      case ACCESS.exchange:
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add:
      case ACCESS.lock:
      case ACCESS.unlock:
        return this.#sharing.mayWriteAlone(argument, c.id);
      case ACCESS.fence: // where the oracle's view of a membarrier call begins and ends
        return argument !== POINT.membarrierEntry && argument !== POINT.membarrierExit;
      case ACCESS.returnToUser:
        return (argument & 1) === 0
          ? !c.profile.syscallReturnSerializes
          : !c.profile.interruptReturnSerializes;
      case ACCESS.writeCr:
        return !c.profile.addressSpaceLoadSerializes;
      default:
        return false;
    }
  }

  #isUserPoll({ c, standing }: Lane): boolean {
    const isPoll =
      kindOf(standing.access) === ACCESS.load && argumentOf(standing.access) === this.#doorbells[c.id];
    return isPoll && this.#inUserMode(c) && !this.#isPending(c.id);
  }

  #isPending(cpu: number): boolean {
    return (this.words[this.#doorbells[cpu]!]! & IRQ_MASK) !== 0;
  }

  #takesInterrupts(c: ExploredCpu): boolean {
    return this.words[c.hw.cpu.interruptsEnabled(c.id)] !== 0;
  }

  #inUserMode(c: ExploredCpu): boolean {
    const curr = this.words[c.kernel.runQueue.curr(c.id)]!;
    return this.words[c.kernel.task.mode(curr)] === TASK_MODE.user;
  }

  #addFetches(possible: Transition[]): void {
    const { hw } = this.layout.kernel;
    for (const { c } of this.#lanes) {
      if (this.words[hw.cpu.addressSpace(c.id)] === 0) continue;
      for (let unit = 0; unit < this.spec.units.length; unit++) {
        if (this.#fetchWouldChange(c.id, unit)) possible.push(ownFetch(c.id, unit));
      }
    }
  }

  #fetchWouldChange(cpu: number, unit: number): boolean {
    if (!this.#userCodes[cpu]!.isDecoded(unit)) return true;
    const { hw } = this.layout.kernel;
    const { offset, length } = this.spec.units[unit]!;
    const from = (hw.icache(cpu).$start + offset) / 4;
    const to = (hw.decoded(cpu).$start + offset) / 4;
    for (let i = 0; i < length / 4; i++) if (this.words[from + i] !== this.words[to + i]) return true;
    return false;
  }

  /* ---- the oracle ---- */

  #sink(): EventSink {
    return {
      promise: () => {},
      execute: (cpu, space, _unit, executed, promised) => {
        const kind =
          executed === NO_VERSION
            ? 'torn'
            : executed < promised
              ? 'stale'
              : this.#ledger.owes(cpu, space)
                ? 'unserialized'
                : undefined;
        if (kind) this.violation ??= { kind, cpu, executed, promised };
      },
      serialize: (cpu) => this.#ledger.serialized(cpu),
      barrierEntered: (_cpu, task) => this.#ledger.barrierEntered(task),
      barrierReturned: (_cpu, task, space) => this.#ledger.barrierReturned(task, space),
      fault: ({ cpu }) => {
        this.violation ??= { kind: 'fault', cpu, executed: NO_VERSION, promised: 0 };
      },
    };
  }
}

/** The first instruction of a task's rounds; undefined where it has none. */
function roundsOf({ instructions }: MachineSpec, entry: number): number | undefined {
  for (let at = entry; at < instructions.length; at++) {
    const [op, a] = instructions[at]!;
    if (op === OP.nextRound) return a;
    if (op === OP.syscall && a === SYSCALL.exit) return undefined;
  }
  return undefined;
}

/** Runs of words that belong to code memory: the stations, and what says which of them are filled. */
function codeWordsOf({ regions }: MachineLayout): (readonly [number, number])[] {
  return regions
    .filter(({ name }) => /^(memory|pou|icache|decoded)/.test(name))
    .map(({ startByte, bytes }) => [startByte / 4, (startByte + bytes) / 4] as const);
}
