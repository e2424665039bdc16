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
import { ACCESS, type Access, argumentOf, isBlocking, kindOf, type Routine } from '../hw/access.js';
import { CodeMemory } from '../hw/codeMemory.js';
import { IRQ_MASK } from '../hw/doorbell.js';
import { OP } from '../hw/instruction.js';
import { userMode } from '../jit/userMode.js';
import { versionOf } from '../jit/version.js';
import { boot, declareMachine, type MachineLayout, orderingPoints } from '../kernel/boot.js';
import { cpuTurn } from '../kernel/cpuLoop.js';
import { interruptFromKernel } from '../kernel/interrupt.js';
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
import { mixHigh, mixLow } from './mix.js';

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

/** Where a cpu stands between two transitions. Never changed once made: the search keeps old ones. */
interface Standing {
  /** The access it performs next, and its operands. */
  readonly access: Access;
  readonly operand: number;
  readonly mask: bigint;
  readonly bits: bigint;
  /** An interrupt handler runs on top of a routine that is about to perform this. */
  readonly interrupted: Standing | undefined;
  /** Tape from which the routine on top can be built again. */
  readonly tapeStart: number;
  readonly tapeEnd: number;
  /** Hash of what is on it. */
  readonly low: number;
  readonly high: number;
}

interface Lane {
  readonly c: ExploredCpu;
  readonly tapes: readonly [turn: Tape, interrupt: Tape];
  standing: Standing;
  /** Routines as they really stand, and the standing they are at; undefined where they have to be built again. */
  routines: Routine[];
  routinesAt: Standing | undefined;
}

/** A moment to come back to. */
export interface Mark {
  readonly undo: number;
  readonly blocks: number;
  readonly standings: readonly Standing[];
  readonly low: number;
  readonly high: number;
}

/** Accesses a cpu makes by itself in one transition, at most: more is a loop that nothing can end. */
const MAX_LOCAL = 100_000;
const OUTSIDE = 1 << 30;

export class Space {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  /** Set by a transition that went wrong; cleared by whoever looks. */
  violation: Violation | undefined;
  /** An access met a conflict that had not been a choice. */
  sharingGrew = false;
  /** Accesses performed. */
  accesses = 0;
  /** What the cpus did by themselves before the first transition, as single accesses. */
  readonly opening: Transition[] = [];
  readonly #lanes: readonly Lane[];
  readonly #fetching: Fetching;
  readonly #granularity: Granularity;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #debt: DebtLedger;
  readonly #inFlight: (cpu: number) => number;
  readonly #doorbells: readonly number[];
  readonly #liveTasks: number;
  /* Who reads and writes each word, as bits over cpus; the top bit is the world outside the cpus. */
  #readers: Int32Array;
  #writers: Int32Array;
  /* Cpus that interrupts are ever sent to. */
  #interruptible = 0;
  /* Undo log: pairs of address and old value; code blocks are kept apart, marked by address -1. */
  #undo = new Int32Array(1 << 16);
  #undoLength = 0;
  readonly #blocks: Int32Array[] = [];
  /* Words of code memory and what belongs to it. */
  readonly #codeWords: readonly (readonly [start: number, end: number])[];
  #low = 0;
  #high = 0;

  constructor({ spec, policy, images, fetching, from, granularity, makeLedger }: SpaceParts, known?: Space) {
    this.spec = spec;
    this.#fetching = fetching;
    this.#granularity = granularity;
    this.layout = declareMachine(spec, 'packed');
    const { kernel } = this.layout;
    const { cpus } = spec;
    const tasks = cpus + spec.tasks.length;
    const mms = spec.mms.length + 1;
    const extra = this.layout.byteLength / 4;
    const debtWords = tasks + mms;
    const buffer = new SharedArrayBuffer(Math.ceil((extra + cpus + debtWords) / 2) * 8);
    this.words = new Int32Array(buffer);
    boot(spec, this.layout, buffer, images);
    this.#inFlight = (cpu) => extra + cpu;
    this.#doorbells = Array.from({ length: cpus }, (_, cpu) => kernel.hw.cpu.doorbell(cpu));
    this.#liveTasks = kernel.run.liveTasks(0);
    this.#readers = new Int32Array(this.words.length);
    this.#writers = new Int32Array(this.words.length);
    this.#codeWords = codeWordsOf(this.layout);
    const debtAt = extra + cpus;
    this.#debt = makeLedger(
      {
        get: (index) => this.words[debtAt + index]!,
        set: (index, value) => this.#write(debtAt + index, value),
      },
      tasks,
      mms,
      cpus,
    );
    const code = new CodeMemory(kernel.hw, buffer);
    const values = new ContentValues();
    this.#userCodes = Array.from(
      { length: cpus },
      (_, cpu) => new ContentUserCode(cpu, kernel.hw, this.words, code, spec.units, values),
    );
    const points = orderingPoints(spec.config, spec.without);
    const sink = this.#sink();
    this.#lanes = this.#userCodes.map((userCode, id) => {
      const tapes = [new Tape(), new Tape()] as const;
      const parts = {
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
        callUnit: (unitCode: typeof userCode, unit: number, times: number) => unitCode.execute(unit, times),
        versionOf,
        config: spec.config,
        policy,
        userMode,
      };
      const c = new ExploredCpu(
        parts as never,
        { write: (address, value) => this.#write(address, value) },
        tapes[0],
      );
      return { c, tapes, standing: undefined as never, routines: [], routinesAt: undefined };
    });
    for (let address = 0; address < this.words.length; address++) this.#toggle(address, this.words[address]!);
    for (const lane of this.#lanes) this.#beginTurn(lane);
    if (from === 'rounds') this.#setUp();
    // What was shared on the way here says nothing about what is shared from now on.
    this.#readers = known ? known.#readers.slice() : new Int32Array(this.words.length);
    this.#writers = known ? known.#writers.slice() : new Int32Array(this.words.length);
    this.#interruptible = known ? known.#interruptible : 0;
    for (const lane of this.#lanes) {
      const before = this.accesses;
      this.#runLocal(lane);
      for (let i = before; i < this.accesses; i++) this.opening.push(cpuStep(lane.c.id));
    }
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
    return {
      undo: this.#undoLength,
      blocks: this.#blocks.length,
      standings: this.#lanes.map((lane) => lane.standing),
      low: this.#low,
      high: this.#high,
    };
  }

  /** Takes back everything since the mark. */
  rewind(mark: Mark): void {
    while (this.#undoLength > mark.undo) {
      const value = this.#undo[--this.#undoLength]!;
      const address = this.#undo[--this.#undoLength]!;
      if (address >= 0) this.words[address] = value;
      else this.#restoreBlock(this.#blocks.pop()!);
    }
    this.#low = mark.low;
    this.#high = mark.high;
    this.#lanes.forEach((lane, index) => {
      lane.standing = mark.standings[index]!;
    });
  }

  /** Hash of the state, low and high half: the machine's words and where each routine stands. */
  get low(): number {
    return this.#lanes.reduce((hash, { standing }) => mixLow(hash, standingLow(standing)), this.#low);
  }

  get high(): number {
    return this.#lanes.reduce((hash, { standing }) => mixHigh(hash, standingHigh(standing)), this.#high);
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
    const pending = (this.words[this.#doorbells[cpu]!]! & IRQ_MASK) !== 0;
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
      this.#note(this.#doorbells[cpu]!, OUTSIDE, 'write');
      const bits = this.words[this.#inFlight(cpu)]!;
      this.#write(this.#doorbells[cpu]!, this.words[this.#doorbells[cpu]!]! | bits);
      this.#write(this.#inFlight(cpu), 0);
    } else {
      this.#changeCode(() => this.#userCodes[cpu]!.decode(unitOf(transition)));
    }
  }

  /* ---- one access ---- */

  #step(lane: Lane): void {
    this.accesses++;
    this.#rebuild(lane);
    const { c, standing } = lane;
    const { access } = standing;
    const kind = kindOf(access);
    const pending = (this.words[this.#doorbells[c.id]!]! & IRQ_MASK) !== 0;
    if (pending && kind !== ACCESS.halt && this.#takesInterrupts(c)) {
      this.#enterInterrupt(lane);
      return;
    }
    c.restoreOperands(standing.operand, standing.mask, standing.bits);
    this.#advance(lane, this.#perform(c, access, kind));
  }

  #perform(c: ExploredCpu, access: Access, kind: number): number {
    const argument = argumentOf(access);
    const bit = 1 << c.id;
    switch (kind) {
      case ACCESS.load:
        this.#note(argument, bit, 'read');
        return this.words[argument]!;
      case ACCESS.store:
      case ACCESS.exchange:
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add: {
        this.#note(argument, bit, 'write');
        const old = this.words[argument]!;
        const result = c.perform(access);
        const now = this.words[argument]!;
        this.words[argument] = old;
        this.#write(argument, now);
        return result;
      }
      case ACCESS.lock:
        this.#note(argument, bit, 'write');
        this.#write(argument, c.id + 1);
        return 1;
      case ACCESS.unlock:
        this.#note(argument, bit, 'write');
        this.#write(argument, 0);
        return 1;
      case ACCESS.waitAtLeast:
        this.#note(argument, bit, 'read');
        return this.words[argument]! >= c.operand ? 1 : 0;
      case ACCESS.halt:
        return 1;
      case ACCESS.ring:
        if ((this.#interruptible & (1 << argument)) === 0) {
          this.#interruptible |= 1 << argument;
          this.sharingGrew = true;
        }
        this.#write(this.#inFlight(argument), this.words[this.#inFlight(argument)]! | c.operand);
        return 0;
      case ACCESS.promise: {
        const { site } = c.hw;
        this.#write(site.promised(argument), this.words[site.issued(argument)]!);
        return 0;
      }
      case ACCESS.fence:
        return c.perform(access);
      default: {
        let result = 0;
        this.#changeCode(() => {
          result = c.perform(access);
        });
        return result;
      }
    }
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
    if ((this.#interruptible & (1 << c.id)) !== 0 && this.#takesInterrupts(c)) return false;
    const others = ~(1 << c.id);
    switch (kind) {
      case ACCESS.load:
      case ACCESS.waitAtLeast:
        return (this.#writers[argument]! & others) === 0;
      case ACCESS.store:
      case ACCESS.exchange:
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add:
      case ACCESS.lock:
      case ACCESS.unlock:
        return ((this.#writers[argument]! | this.#readers[argument]!) & others) === 0;
      case ACCESS.fence:
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
    if (kindOf(standing.access) !== ACCESS.load || argumentOf(standing.access) !== this.#doorbells[c.id])
      return false;
    return this.#inUserMode(c) && (this.words[this.#doorbells[c.id]!]! & IRQ_MASK) === 0;
  }

  #note(address: number, bit: number, how: 'read' | 'write'): void {
    const conflicts =
      how === 'write'
        ? (this.#readers[address]! | this.#writers[address]!) & ~bit
        : this.#writers[address]! & ~bit;
    const mine = how === 'write' ? this.#writers : this.#readers;
    if ((mine[address]! & bit) !== 0) return;
    mine[address]! |= bit;
    if (conflicts !== 0) this.sharingGrew = true;
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

  /* ---- routines ---- */

  #beginTurn(lane: Lane): void {
    const [tape] = lane.tapes;
    lane.c.tape = tape;
    const start = tape.length;
    const routine = cpuTurn(lane.c);
    lane.routines = [routine];
    this.#take(lane, routine.next(0), start, undefined, 1, 1);
  }

  #enterInterrupt(lane: Lane): void {
    const below = lane.standing;
    const tape = lane.tapes[1];
    lane.c.tape = tape;
    const start = tape.length;
    const routine = interruptFromKernel(lane.c);
    lane.routines.push(routine);
    this.#take(lane, routine.next(0), start, below, 2, 2);
  }

  /** Hands a result to the routine on top. */
  #advance(lane: Lane, result: number): void {
    const { standing } = lane;
    const tape = lane.tapes[standing.interrupted ? 1 : 0];
    lane.c.tape = tape;
    tape.push(result);
    const routine = lane.routines[lane.routines.length - 1]!;
    this.#take(
      lane,
      routine.next(result),
      standing.tapeStart,
      standing.interrupted,
      standing.low,
      standing.high,
      standing.tapeEnd,
    );
  }

  /** Takes the next access from the routine on top; or, if it is done, from what comes after it. */
  #take(
    lane: Lane,
    step: IteratorResult<Access, void>,
    tapeStart: number,
    interrupted: Standing | undefined,
    low: number,
    high: number,
    hashedTo = tapeStart,
  ): void {
    if (!step.done) {
      const { c } = lane;
      const { values, length } = c.tape;
      let newLow = low;
      let newHigh = high;
      for (let i = hashedTo; i < length; i++) {
        newLow = mixLow(newLow, values[i]!);
        newHigh = mixHigh(newHigh, values[i]!);
      }
      const [mask, bits] = c.codeOperands;
      lane.standing = {
        access: step.value,
        operand: c.operand,
        mask,
        bits,
        interrupted,
        tapeStart,
        tapeEnd: length,
        low: newLow,
        high: newHigh,
      };
      lane.routinesAt = lane.standing;
      return;
    }
    lane.routines.pop();
    if (!interrupted) {
      this.#beginTurn(lane);
      return;
    }
    lane.standing = interrupted;
    lane.routinesAt = interrupted;
    lane.c.tape = lane.tapes[0];
    // A wait that was interrupted comes back to its routine, which looks again.
    if (kindOf(interrupted.access) === ACCESS.waitAtLeast) this.#advance(lane, 0);
  }

  /** Makes the routines of a lane stand where its standing says. */
  #rebuild(lane: Lane): void {
    const { standing } = lane;
    if (lane.routinesAt === standing) return;
    const turn = standing.interrupted ?? standing;
    lane.routines = [this.#replay(lane, cpuTurn(lane.c), lane.tapes[0], turn)];
    if (standing.interrupted) {
      lane.routines.push(this.#replay(lane, interruptFromKernel(lane.c), lane.tapes[1], standing));
      lane.tapes[1].length = standing.tapeEnd;
    }
    lane.tapes[0].length = turn.tapeEnd;
    lane.routinesAt = standing;
  }

  #replay(lane: Lane, routine: Routine, tape: Tape, { tapeStart, tapeEnd }: Standing): Routine {
    const { c } = lane;
    c.tape = tape;
    c.replayAt = tapeStart;
    routine.next(0);
    while (c.replayAt < tapeEnd) routine.next(tape.values[c.replayAt++]!);
    c.replayAt = -1;
    return routine;
  }

  /* ---- writes ---- */

  #write(address: number, value: number): void {
    const old = this.words[address]!;
    if (old === value) return;
    if (this.#undoLength + 2 > this.#undo.length) this.#growUndo();
    this.#undo[this.#undoLength++] = address;
    this.#undo[this.#undoLength++] = old;
    this.#toggle(address, old);
    this.words[address] = value;
    this.#toggle(address, value);
  }

  #toggle(address: number, value: number): void {
    this.#low ^= mixLow(address, value);
    this.#high ^= mixHigh(address, value);
  }

  #growUndo(): void {
    const longer = new Int32Array(this.#undo.length * 2);
    longer.set(this.#undo);
    this.#undo = longer;
  }

  /** Runs something that may write anywhere in code memory. */
  #changeCode(change: () => void): void {
    const before = this.#copyCode();
    const at = this.#undoLength;
    if (at + 2 > this.#undo.length) this.#growUndo();
    this.#undo[this.#undoLength++] = -1;
    this.#undo[this.#undoLength++] = 0;
    this.#blocks.push(before);
    change();
    let i = 0;
    for (const [start, end] of this.#codeWords) {
      for (let address = start; address < end; address++, i++) {
        if (before[i] === this.words[address]) continue;
        this.#toggle(address, before[i]!);
        this.#toggle(address, this.words[address]!);
      }
    }
  }

  #copyCode(): Int32Array {
    const length = this.#codeWords.reduce((sum, [start, end]) => sum + end - start, 0);
    const copy = new Int32Array(length);
    let i = 0;
    for (const [start, end] of this.#codeWords) {
      copy.set(this.words.subarray(start, end), i);
      i += end - start;
    }
    return copy;
  }

  #restoreBlock(block: Int32Array): void {
    let i = 0;
    for (const [start, end] of this.#codeWords) {
      this.words.set(block.subarray(i, i + end - start), start);
      i += end - start;
    }
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
              : this.#debt.owes(cpu, space)
                ? 'unserialized'
                : undefined;
        if (kind) this.violation ??= { kind, cpu, executed, promised };
      },
      serialize: (cpu) => this.#debt.serialized(cpu),
      barrierEntered: (_cpu, task) => this.#debt.barrierEntered(task),
      barrierReturned: (_cpu, task, space) => this.#debt.barrierReturned(task, space),
      fault: ({ cpu }) => {
        this.violation ??= { kind: 'fault', cpu, executed: NO_VERSION, promised: 0 };
      },
    };
  }
}

function standingLow({ low, interrupted }: Standing): number {
  return interrupted ? mixLow(low, interrupted.low) : low;
}

function standingHigh({ high, interrupted }: Standing): number {
  return interrupted ? mixHigh(high, interrupted.high) : high;
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
