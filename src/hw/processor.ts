/** A processor as routines see it: it builds accesses, keeps their operands, and performs them on the machine.
 *
 *  Routines yield what these methods return; `perform` is what an engine calls to make it happen. State that
 *  only this cpu touches is read and written directly with `get` and `set`: no other cpu can tell when.
 *
 *  Limit: memory here is sequentially consistent; store buffers belong to the explorer. */
import { assertNever } from '../base/errors.js';
import type { CodeOffset, CpuId, MmId, TaskId, UnitId, Version, WordAddress } from '../base/ids.js';
import type { EventSink } from '../trace/events.js';
import { ACCESS, type Access, argumentOf, kindOf, pack } from './access.js';
import type { CodeMemory } from './codeMemory.js';
import { COUNTER, type CounterName } from './counters.js';
import { IRQ_MASK, NOTICE_PROMISE } from './doorbell.js';
import { InvalidOpcode } from './fetchPath.js';
import type { HwLayout } from './layout.js';
import type { OutlinedCode } from './outlinedCode.js';
import type { ArchitectureProfile } from './profile.js';
import type { Dropped } from './refresh.js';
import { BREAKPOINT, type UnitPlacement } from './unitPlacement.js';
import type { UserCode } from './userCode.js';

/** How a task goes back to user mode: decided by how it entered, and kept in the task. */
export const RETURN_KIND = { syscall: 0, interrupt: 1 } as const;
export type ReturnKind = (typeof RETURN_KIND)[keyof typeof RETURN_KIND];

/** Ids of barriers and serialization points, by number, as accesses carry them. */
export interface OrderingPoints {
  readonly ids: readonly string[];
  /** 1 where the point was removed with `--without`. */
  readonly removed: Uint8Array;
}

/** Results of `execute` and `executeOnce` besides a number of calls, or a version; NO_VERSION is one too. */
/** The unit could not run: the cpu takes an invalid-opcode fault. */
export const EXECUTE_FAULT = -2;
/** The cpu met the breakpoint of the unit, and takes a trap. */
export const EXECUTE_BREAKPOINT = -4;
/** Of `executeOnce`: an interrupt came first. */
export const EXECUTE_NOT_MADE = -3;

export interface ProcessorParts {
  readonly id: CpuId;
  readonly hw: HwLayout;
  readonly profile: ArchitectureProfile;
  readonly words: Int32Array;
  readonly code: CodeMemory;
  readonly userCode: UserCode;
  readonly units: readonly UnitPlacement[];
  readonly points: OrderingPoints;
  readonly sink: EventSink;
  /** Asked before each execution: what the cpu has dropped on its own; never anything where left out. */
  readonly spontaneousRefresh?: (() => Dropped) | undefined;
  /** How the engine calls a unit up to `times` times. @returns the calls that count as made. */
  readonly callUnit: (userCode: UserCode, unit: UnitId, times: number) => number;
  /** Functions of the user's own, and what the engine does around their executions; none where left out. */
  readonly ownCode?:
    | {
        readonly code: OutlinedCode;
        /** Before the first execution, and before the first one after each `attend`. */
        readonly aboutToExecute: () => void;
        /** The doorbell rings in the middle of the function. */
        readonly attend: () => void;
        /** The function has returned: what could not be done in the middle of it is due. */
        readonly returned: () => void;
      }
    | undefined;
  /** Which version of a unit returns this value; NO_VERSION for a value of no version up to `newest`. */
  readonly versionOf: (value: number, newest: Version) => Version;
}

export class Processor {
  readonly id: CpuId;
  readonly hw: HwLayout;
  readonly profile: ArchitectureProfile;
  readonly words: Int32Array;
  readonly userCode: UserCode;
  readonly units: readonly UnitPlacement[];
  readonly #code: CodeMemory;
  readonly #points: OrderingPoints;
  readonly #sink: EventSink;
  readonly #spontaneousRefresh: (() => Dropped) | undefined;
  readonly #callUnit: ProcessorParts['callUnit'];
  readonly #versionOf: (value: number, newest: Version) => Version;
  readonly #ownCode: ProcessorParts['ownCode'];
  /* By unit: what had been promised when the function that runs went on last. */
  readonly #promised: Int32Array;
  /* Operand registers: what the access that was just built needs besides its argument. */
  #operand = 0;
  #mask = 0n;
  #bits = 0n;
  /* The version that the last execution ran. */
  #executed: Version = 0;

  constructor(parts: ProcessorParts) {
    this.id = parts.id;
    this.hw = parts.hw;
    this.profile = parts.profile;
    this.words = parts.words;
    this.userCode = parts.userCode;
    this.#code = parts.code;
    this.units = parts.units;
    this.#points = parts.points;
    this.#sink = parts.sink;
    this.#spontaneousRefresh = parts.spontaneousRefresh;
    this.#callUnit = parts.callUnit;
    this.#versionOf = parts.versionOf;
    this.#ownCode = parts.ownCode;
    this.#promised = new Int32Array(parts.units.length);
  }

  /* ---- private state ---- */

  get(address: WordAddress): number {
    return this.words[address]!;
  }

  set(address: WordAddress, value: number): void {
    this.words[address] = value;
  }

  /** Was the point left out of this machine? For those that are more than one access: they are passed over. */
  leavesOut(point: number): boolean {
    return this.#points.removed[point] === 1;
  }

  count(counter: CounterName): void {
    this.countBy(counter, 1);
  }

  countBy(counter: CounterName, amount: number): void {
    this.words[this.hw.counter(this.id, COUNTER[counter])]! += amount;
  }

  /** `local_irq_enable`: from now on an interrupt may be taken in the middle of a kernel routine. */
  enableInterrupts(): void {
    this.set(this.hw.cpu.interruptsEnabled(this.id), 1);
  }

  /** `local_irq_disable`. */
  disableInterrupts(): void {
    this.set(this.hw.cpu.interruptsEnabled(this.id), 0);
  }

  get interruptsEnabled(): boolean {
    return this.get(this.hw.cpu.interruptsEnabled(this.id)) !== 0;
  }

  /* ---- notes for the oracle: they change nothing ---- */

  /** A SYNC_CORE call by `task` has executed its first barrier. */
  noteBarrierEntered(task: TaskId, space: MmId): void {
    this.#sink.barrierEntered(this.id, task, space);
  }

  /** ... and goes back to the caller, with success. */
  noteBarrierReturned(task: TaskId, space: MmId): void {
    this.#sink.barrierReturned(this.id, task, space);
  }

  /* ---- accesses: yield what these return ---- */

  load(address: WordAddress): Access {
    return pack(ACCESS.load, address);
  }

  /** smp_load_acquire(): no access behind it is performed before it. */
  loadAcquire(address: WordAddress): Access {
    return pack(ACCESS.loadAcquire, address);
  }

  /** @param into keeps what was loaded; nobody else touches it. */
  loadInto(address: WordAddress, into: WordAddress): Access {
    this.#operand = into;
    return pack(ACCESS.loadInto, address);
  }

  /** A load whose address was loaded by this cpu, and which therefore comes after that (rcu_dereference()). */
  dereference(address: WordAddress): Access {
    return pack(ACCESS.dereference, address);
  }

  store(address: WordAddress, value: number): Access {
    this.#operand = value;
    return pack(ACCESS.store, address);
  }

  /** smp_store_release(). */
  storeRelease(address: WordAddress, value: number): Access {
    this.#operand = value;
    return pack(ACCESS.storeRelease, address);
  }

  exchange(address: WordAddress, value: number): Access {
    this.#operand = value;
    return pack(ACCESS.exchange, address);
  }

  or(address: WordAddress, bits: number): Access {
    this.#operand = bits;
    return pack(ACCESS.or, address);
  }

  and(address: WordAddress, bits: number): Access {
    this.#operand = bits;
    return pack(ACCESS.and, address);
  }

  add(address: WordAddress, amount: number): Access {
    this.#operand = amount;
    return pack(ACCESS.add, address);
  }

  /** The same as a full barrier: atomic_add_return() and its kind. */
  addReturn(address: WordAddress, amount: number): Access {
    this.#operand = amount;
    return pack(ACCESS.addReturn, address);
  }

  /** atomic_add_return_release(). */
  addRelease(address: WordAddress, amount: number): Access {
    this.#operand = amount;
    return pack(ACCESS.addRelease, address);
  }

  /** A full memory barrier that is not already part of a read-modify-write. */
  fence(point: number): Access {
    return pack(ACCESS.fence, point);
  }

  /** Execute a core-serializing instruction. */
  syncCore(point: number): Access {
    return pack(ACCESS.syncCore, point);
  }

  /** Load another address space; serializes on some architectures. */
  writeCr(addressSpace: number, point: number): Access {
    this.#operand = addressSpace;
    return pack(ACCESS.writeCr, point);
  }

  /** Leave the kernel; the architecture decides whether that serializes. `point` names it in the trace. */
  returnToUser(kind: ReturnKind, point: number): Access {
    return pack(ACCESS.returnToUser, (point << 1) | kind);
  }

  /** Call a unit up to `times` times.
   *  @returns (through the engine) the calls made, EXECUTE_FAULT or EXECUTE_BREAKPOINT. */
  execute(unit: UnitId, times: number): Access {
    this.#operand = times;
    return pack(ACCESS.execute, unit);
  }

  /** Call a unit once. @returns (through the engine) the version that it executed, NO_VERSION for bytes of none,
   *  EXECUTE_FAULT, EXECUTE_BREAKPOINT or EXECUTE_NOT_MADE. */
  executeOnce(unit: UnitId): Access {
    this.#operand = 1;
    return pack(ACCESS.executeOnce, unit);
  }

  /** One atomic store of an aligned doubleword of code memory, replacing the bytes under `mask`. */
  storeCode(offset: CodeOffset, mask: bigint, bits: bigint): Access {
    this.#mask = mask;
    this.#bits = bits;
    return pack(ACCESS.storeCode, offset);
  }

  cleanLine(line: number): Access {
    return pack(ACCESS.cleanLine, line);
  }

  invalidateLine(line: number): Access {
    return pack(ACCESS.invalidateLine, line);
  }

  /** Serialize outside sync_core(): the instruction of user mode (CPUID, ISB), the reset of a cpu. */
  serialize(point: number): Access {
    return pack(ACCESS.serialize, point);
  }

  /** The publication protocol claims that the version issued last is what everybody executes from now on. */
  promise(unit: UnitId): Access {
    return pack(ACCESS.promise, unit);
  }

  /** The kernel gives the task up: it executed a breakpoint of this unit that nobody has set. */
  unexpectedBreakpoint(unit: UnitId): Access {
    return pack(ACCESS.unexpectedBreakpoint, unit);
  }

  /** Send an interrupt to another cpu. */
  sendIpi(cpu: CpuId, irq: number): Access {
    this.#operand = irq;
    return pack(ACCESS.ring, cpu);
  }

  lock(address: WordAddress): Access {
    return pack(ACCESS.lock, address);
  }

  unlock(address: WordAddress): Access {
    return pack(ACCESS.unlock, address);
  }

  /** Wait until the word is at least `value`.
   *  @returns (through the engine) 1; 0 where an interrupt came first: user mode has to take it, a kernel routine
   *  has been interrupted by it, and both look again. */
  waitAtLeast(address: WordAddress, value: number): Access {
    this.#operand = value;
    return pack(ACCESS.waitAtLeast, address);
  }

  /** Sleep until an interrupt is pending (HLT, WFI). */
  halt(): Access {
    return pack(ACCESS.halt, 0);
  }

  /* ---- what the engine calls ---- */

  /** Performs an access that cannot block.
   *  @returns its result, 0 where it has none. */
  perform(access: Access): number {
    const argument = argumentOf(access);
    const kind = kindOf(access);
    switch (kind) {
      case ACCESS.load:
      case ACCESS.loadAcquire:
      case ACCESS.dereference:
        return Atomics.load(this.words, argument);
      case ACCESS.loadInto:
        this.set(this.#operand, Atomics.load(this.words, argument));
        return 0;
      case ACCESS.store:
      case ACCESS.storeRelease:
        Atomics.store(this.words, argument, this.#operand);
        return 0;
      case ACCESS.exchange:
        return Atomics.exchange(this.words, argument, this.#operand);
      case ACCESS.or:
        return Atomics.or(this.words, argument, this.#operand);
      case ACCESS.and:
        return Atomics.and(this.words, argument, this.#operand);
      case ACCESS.add:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
        return Atomics.add(this.words, argument, this.#operand);
      case ACCESS.fence:
        return 0;
      case ACCESS.syncCore:
        if (this.#points.removed[argument]) return 0;
        this.count('syncCore');
        this.#serialize(argument);
        return 0;
      case ACCESS.writeCr:
        this.count('crWrites');
        this.set(this.hw.cpu.addressSpace(this.id), this.#operand);
        if (this.profile.addressSpaceLoadSerializes) this.#serialize(argument);
        return 0;
      case ACCESS.returnToUser:
        this.#returnToUser((argument & 1) as ReturnKind, argument >>> 1);
        return 0;
      case ACCESS.execute:
        return this.#execute(argument);
      case ACCESS.executeOnce: {
        const made = this.#execute(argument);
        if (made > 0) return this.#executed;
        return made === 0 ? EXECUTE_NOT_MADE : made;
      }
      case ACCESS.storeCode:
        this.#code.store(argument, this.#mask, this.#bits);
        return 0;
      case ACCESS.cleanLine:
        this.count('lineCleans');
        this.#code.clean(argument);
        return 0;
      case ACCESS.invalidateLine:
        this.count('lineInvalidates');
        this.#invalidate(argument);
        return 0;
      case ACCESS.serialize:
        this.#serialize(argument);
        return 0;
      case ACCESS.promise:
        this.#promise(argument);
        return 0;
      case ACCESS.unexpectedBreakpoint:
        this.#sink.fault({ cpu: this.id, unit: argument, message: 'a breakpoint that nobody has set' });
        return 0;
      case ACCESS.ring:
        this.count('ipiSent');
        Atomics.or(this.words, this.hw.cpu.doorbell(argument), this.#operand);
        return 0;
      case ACCESS.lock:
      case ACCESS.unlock:
      case ACCESS.waitAtLeast:
      case ACCESS.halt:
        throw new Error('a blocking access is performed with attempt()');
      default:
        return assertNever(kind);
    }
  }

  /** Tries a blocking access once. @returns false where it has to wait. */
  attempt(access: Access): boolean {
    const argument = argumentOf(access);
    switch (kindOf(access)) {
      case ACCESS.lock:
        return Atomics.compareExchange(this.words, argument, 0, this.id + 1) === 0;
      case ACCESS.unlock:
        Atomics.store(this.words, argument, 0);
        return true;
      case ACCESS.waitAtLeast:
        return Atomics.load(this.words, argument) >= this.#operand;
      case ACCESS.halt:
        return (Atomics.load(this.words, this.hw.cpu.doorbell(this.id)) & IRQ_MASK) !== 0;
      default:
        throw new Error('not a blocking access');
    }
  }

  /** The operand a wait was built with; interrupts taken meanwhile build accesses of their own over it. */
  get operand(): number {
    return this.#operand;
  }

  restoreOperand(value: number): void {
    this.#operand = value;
  }

  /** The operands of a code store. */
  get codeOperands(): readonly [mask: bigint, bits: bigint] {
    return [this.#mask, this.#bits];
  }

  restoreCodeOperands(mask: bigint, bits: bigint): void {
    this.#mask = mask;
    this.#bits = bits;
  }

  #serialize(point: number): void {
    if (this.#points.removed[point]) return;
    if (this.profile.serializationDrops === 'decoded-and-own-icache') this.#code.invalidateAll(this.id);
    this.userCode.serialize();
    this.#sink.serialize(this.id, this.#points.ids[point]!);
  }

  #returnToUser(kind: ReturnKind, point: number): void {
    if (kind === RETURN_KIND.syscall) {
      this.count('syscallReturns');
      if (this.profile.syscallReturnSerializes) this.#serialize(point);
    } else {
      this.count('interruptReturns');
      if (this.profile.interruptReturnSerializes) this.#serialize(point);
    }
  }

  #execute(unit: UnitId): number {
    const { site } = this.hw;
    this.#acknowledgePromises();
    if (this.#spontaneousRefresh) this.#drop(this.#spontaneousRefresh());
    if (this.#ownCode?.code.has(unit)) return this.#callFunction(unit, this.#ownCode);
    /* Read before the execution: a promise seen here happened before everything counted under it. */
    const promised = Atomics.load(this.words, site.promised(unit));
    let made: number;
    try {
      made = this.#callUnit(this.userCode, unit, this.#operand);
    } catch (error) {
      if (!(error instanceof InvalidOpcode)) throw error;
      if (this.#hasBreakpoint(unit)) return EXECUTE_BREAKPOINT;
      this.#sink.fault({ cpu: this.id, unit, message: error.message });
      return EXECUTE_FAULT;
    }
    if (made > 0) this.#note(unit, promised, made, this.userCode.lastValue(unit));
    return made;
  }

  /** Does what this cpu executes begin with the breakpoint? Then it traps before it looks at anything behind it. */
  #hasBreakpoint(unit: UnitId): boolean {
    const { breakpointAt } = this.units[unit]!;
    return breakpointAt !== undefined && this.userCode.decodedBytes(unit)[breakpointAt] === BREAKPOINT;
  }

  #note(unit: UnitId, promised: Version, count: number, value: number): void {
    const version = this.#versionOf(value, Atomics.load(this.words, this.hw.site.issued(unit)));
    this.#executed = version;
    this.countBy('calls', count);
    const space = this.words[this.hw.cpu.addressSpace(this.id)]!;
    this.#sink.execute(this.id, space, unit, version, promised, count, value);
  }

  /** Calls a function of the user's own once; what counts as calls is what its patch points execute. */
  #callFunction(unit: UnitId, own: NonNullable<ProcessorParts['ownCode']>): number {
    const goOn = (): void => {
      own.aboutToExecute();
      this.#acknowledgePromises();
      const promised = this.#promised;
      for (let i = 0; i < promised.length; i++) {
        promised[i] = Atomics.load(this.words, this.hw.site.promised(i));
      }
    };
    goOn();
    try {
      own.code.call(unit, {
        executed: (executed, value, count) => this.#note(executed, this.#promised[executed]!, count, value),
        attend: () => {
          own.attend();
          goOn();
        },
      });
    } catch (error) {
      if (!(error instanceof InvalidOpcode)) throw error;
      this.#sink.fault({ cpu: this.id, unit: error.unit, message: error.message });
      return EXECUTE_FAULT;
    }
    own.returned();
    return 1;
  }

  /** Not a serialization: nobody asked for it, and nobody may count on it. */
  #drop(dropped: Dropped): void {
    if (dropped === 'nothing') return;
    if (dropped === 'decoded-and-icache') this.#code.invalidateAll(this.id);
    this.userCode.serialize();
  }

  #acknowledgePromises(): void {
    const doorbell = this.hw.cpu.doorbell(this.id);
    if (Atomics.load(this.words, doorbell) & NOTICE_PROMISE)
      Atomics.and(this.words, doorbell, ~NOTICE_PROMISE);
  }

  #invalidate(line: number): void {
    if (this.profile.icache === 'local-invalidate') {
      this.#code.invalidate(this.id, line);
      return;
    }
    for (let cpu = 0; cpu < this.hw.dimensions.cpus; cpu++) this.#code.invalidate(cpu, line);
  }

  #promise(unit: UnitId): void {
    const version = Atomics.load(this.words, this.hw.site.issued(unit));
    Atomics.store(this.words, this.hw.site.promised(unit), version);
    this.#sink.promise(this.id, unit, version);
    this.announcePromise();
  }

  /** Makes every cpu leave its run loop and read the promise word before it counts on. */
  protected announcePromise(): void {
    for (let cpu = 0; cpu < this.hw.dimensions.cpus; cpu++) {
      Atomics.or(this.words, this.hw.cpu.doorbell(cpu), NOTICE_PROMISE);
    }
  }

  /** Bytes of a unit at each station, copied out for a report; `decoded` is what this cpu executes. */
  evidence(unit: UnitId): StationBytes {
    const { offset, length } = this.units[unit]!;
    return {
      memory: this.#code.peek(this.hw.memory, offset, length),
      pou: this.#code.peek(this.hw.pou, offset, length),
      icache: this.#code.peek(this.hw.icache(this.id), offset, length),
      decoded: this.userCode.decodedBytes(unit),
    };
  }
}

/** The four stations of one unit on one cpu. */
export interface StationBytes {
  readonly memory: Uint8Array;
  readonly pou: Uint8Array;
  readonly icache: Uint8Array;
  readonly decoded: Uint8Array;
}
