/** A processor as routines see it: it builds accesses, and performs them on the machine.
 *
 *  `perform` is what an engine calls to make an access happen. State that only this cpu touches is read and written directly
 *  with `get` and `set`: no other cpu can tell when.
 *
 *  Limit: memory here is sequentially consistent; store buffers belong to the explorer. */
import { assertNever } from '../base/errors.js';
import type { CpuId, MmId, TaskId, UnitId, Version, WordAddress } from '../base/ids.js';
import type { EventSink } from '../trace/events.js';
import { ACCESS, type Access, argumentOf, kindOf } from './access.js';
import { AccessBuilder, RETURN_KIND, type ReturnKind } from './accessBuilder.js';
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

export class Processor extends AccessBuilder {
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
  /* The version that the last execution ran. */
  #executed: Version = 0;

  constructor(parts: ProcessorParts) {
    super();
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
        this.set(this.operand, Atomics.load(this.words, argument));
        return 0;
      case ACCESS.store:
      case ACCESS.storeRelease:
        Atomics.store(this.words, argument, this.operand);
        return 0;
      case ACCESS.exchange:
        return Atomics.exchange(this.words, argument, this.operand);
      case ACCESS.or:
        return Atomics.or(this.words, argument, this.operand);
      case ACCESS.and:
        return Atomics.and(this.words, argument, this.operand);
      case ACCESS.add:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
        return Atomics.add(this.words, argument, this.operand);
      case ACCESS.fence:
        return 0;
      case ACCESS.syncCore:
        if (this.#points.removed[argument]) return 0;
        this.count('syncCore');
        this.#serialize(argument);
        return 0;
      case ACCESS.writeCr:
        this.count('crWrites');
        this.set(this.hw.cpu.addressSpace(this.id), this.operand);
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
        this.#code.store(argument, ...this.codeOperands);
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
        Atomics.or(this.words, this.hw.cpu.doorbell(argument), this.operand);
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
        return Atomics.load(this.words, argument) >= this.operand;
      case ACCESS.halt:
        return (Atomics.load(this.words, this.hw.cpu.doorbell(this.id)) & IRQ_MASK) !== 0;
      default:
        throw new Error('not a blocking access');
    }
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
    this.acknowledgePromises();
    if (this.#spontaneousRefresh) this.#drop(this.#spontaneousRefresh());
    if (this.#ownCode?.code.has(unit)) return this.#callFunction(unit, this.#ownCode);
    /* Read before the execution: a promise seen here happened before everything counted under it. */
    const promised = Atomics.load(this.words, site.promised(unit));
    let made: number;
    try {
      made = this.#callUnit(this.userCode, unit, this.operand);
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
      this.acknowledgePromises();
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

  /** Promises that were announced have been seen. */
  protected acknowledgePromises(): void {
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
