/** Memory as the cpus of an explored machine see it: performs their accesses on the state.
 *
 *  Every read and write goes through the door of the state, and every conflict is noted. What the hardware model does to code
 *  memory stays the hardware model's: see stationStates.ts. */
import type { CpuId, WordAddress } from '../base/ids.js';
import { ACCESS, type Access, type AccessKind, argumentOf, kindOf } from '../hw/access.js';
import type { CodeMemory } from '../hw/codeMemory.js';
import type { OrderingPoints } from '../hw/processor.js';
import { POINT } from '../kernel/orderingPoints.js';
import { TASK_MODE } from '../kernel/task.js';
import { drain, lateLoad } from '../trace/schedule.js';
import { AccessOrder } from './accessOrder.js';
import type { ExploredCpu } from './exploredCpu.js';
import type { IntList } from './intList.js';
import type { InvalidateQueues } from './invalidateQueues.js';
import type { LateLoads } from './lateLoads.js';
import type { Sharing } from './sharing.js';
import type { StateWords } from './stateWords.js';
import type { StoreBuffers } from './storeBuffers.js';

export class ExploredMemory {
  /** Was code ever published, on whatever path? */
  hasPromised = false;
  /** By ordering point: 1 where it was passed, on whatever path. */
  readonly pointsPassed: Uint8Array;
  /** What accesses wait for. */
  readonly order: AccessOrder;
  readonly #state: StateWords;
  readonly #code: CodeMemory;
  readonly #buffers: StoreBuffers;
  /* Where loads may be early. */
  readonly #queues: InvalidateQueues | undefined;
  /* Where they may be late. */
  readonly #late: LateLoads | undefined;
  readonly #points: OrderingPoints;
  /* Where the bits of interrupts on their way to a cpu are. */
  readonly #inFlight: (cpu: CpuId) => WordAddress;
  sharing: Sharing;

  constructor(parts: {
    readonly state: StateWords;
    readonly code: CodeMemory;
    readonly buffers: StoreBuffers;
    readonly queues: InvalidateQueues | undefined;
    readonly late: LateLoads | undefined;
    readonly points: OrderingPoints;
    readonly inFlight: (cpu: CpuId) => WordAddress;
    readonly sharing: Sharing;
  }) {
    this.#state = parts.state;
    this.#code = parts.code;
    this.#buffers = parts.buffers;
    this.#queues = parts.queues;
    this.#late = parts.late;
    this.#points = parts.points;
    this.order = new AccessOrder(parts.buffers, parts.late, parts.points);
    this.pointsPassed = new Uint8Array(parts.points.ids.length);
    this.#inFlight = parts.inFlight;
    this.sharing = parts.sharing;
  }

  /** A word as it stands in memory. */
  read(address: WordAddress): number {
    return this.#state.read(address);
  }

  /** A word as this cpu sees it where it loads nothing early: its own newest store first. */
  view(cpu: CpuId, address: WordAddress): number {
    if (this.#buffers.count(cpu) === 0) return this.read(address);
    const own = this.#buffers.newest(cpu, address);
    return own < 0 ? this.read(address) : this.#buffers.low(cpu, own);
  }

  /** What an access that loads would give now. */
  loaded(c: ExploredCpu, access: Access): number {
    const address = argumentOf(access);
    return this.isBehind(c, access) ? this.#queues!.oldest(c.id, address) : this.view(c.id, address);
  }

  /** Is the access a load that would give an old value now? */
  isBehind(c: ExploredCpu, access: Access): boolean {
    const queues = this.#queues;
    if (queues === undefined || !this.#mayBeEarly(c, access)) return false;
    const address = argumentOf(access);
    return queues.count(c.id, address) > 0 && this.#buffers.newest(c.id, address) < 0;
  }

  /** The oldest value that such a load would give is invalidated. */
  invalidate(c: ExploredCpu, access: Access): void {
    this.#queues!.invalidate(c.id, argumentOf(access));
  }

  #mayBeEarly(c: ExploredCpu, access: Access): boolean {
    switch (kindOf(access)) {
      case ACCESS.load:
      case ACCESS.loadInto:
        return true;
      case ACCESS.waitAtLeast:
        // In a system call it is smp_cond_load_acquire().
        return c.mode !== TASK_MODE.syscall;
      default:
        return false;
    }
  }

  /** May the cpu go on without the result of the access? */
  mayPutOff(c: ExploredCpu, access: Access): boolean {
    return kindOf(access) === ACCESS.loadInto && this.#late?.hasRoom(c.id) === true;
  }

  /** It goes on without. */
  putOff(c: ExploredCpu, access: Access): void {
    this.sharing.noteRead(argumentOf(access), c.id);
    this.#late!.putOff(c.id, argumentOf(access), c.operand);
  }

  /** Appends the loads of the cpu that can be performed now. */
  addLateLoads(cpu: CpuId, possible: IntList): void {
    for (let load = 0; load < (this.#late?.count(cpu) ?? 0); load++) possible.push(lateLoad(cpu, load));
  }

  /** A load that was put off is performed. */
  performLate(cpu: CpuId, load: number): void {
    const late = this.#late!;
    const address = late.address(cpu, load);
    this.#queues?.forget(cpu, address);
    this.writePrivate(cpu, late.into(cpu, load), this.view(cpu, address));
    late.remove(cpu, load);
  }

  /** A write that no other cpu can race with. */
  writePrivate(cpu: CpuId, address: WordAddress, value: number): void {
    if (this.#buffers.newest(cpu, address) < 0) this.#state.write(address, value);
    else this.#buffer(cpu, address, value, 'plain');
  }

  /** Appends what can leave the store buffer of a cpu now. */
  addDrains(cpu: CpuId, possible: IntList): void {
    for (let index = 0; index < this.#buffers.count(cpu); index++) {
      if (this.#buffers.mayLeave(cpu, index)) possible.push(drain(cpu, index));
    }
  }

  /* Whoever makes use of a word being private depends on it from here on, before it reads anything else, and also if it has
   * to wait then: see `TransitionTree.forget`. */

  /** Can a cpu read the word at once, since nobody else writes it? */
  mayReadAlone(address: WordAddress, cpu: CpuId): boolean {
    if (!this.sharing.mayReadAlone(address, cpu)) return false;
    this.sharing.noteRead(address, cpu);
    this.#state.note(address);
    return true;
  }

  /** Can it write the word at once, since nobody else looks at it? */
  mayWriteAlone(address: WordAddress, cpu: CpuId): boolean {
    if (!this.sharing.mayWriteAlone(address, cpu)) return false;
    this.sharing.noteWrite(address, cpu);
    this.#state.note(address);
    return true;
  }

  /** A store that can leave now, and that nobody else can tell from having left earlier or later; -1 for none. */
  leavingUnseen(cpu: CpuId): number {
    for (let index = 0; index < this.#buffers.count(cpu); index++) {
      const target = this.#buffers.target(cpu, index);
      const mayLeave = this.#buffers.mayLeave(cpu, index);
      if (mayLeave && target >= 0 && this.mayWriteAlone(target, cpu)) return index;
    }
    return -1;
  }

  /** A store leaves the buffer: now everybody sees it. */
  drain(cpu: CpuId, index: number): void {
    const { target, low, high, maskLow, maskHigh } = this.#buffers.take(cpu, index);
    if (target >= 0) this.#write(cpu, target, low);
    else this.#storeCode(~target, doubleword(maskLow, maskHigh), doubleword(low, high));
  }

  /** What an interrupt that is on its way does when it arrives. */
  deliver(cpu: CpuId, doorbell: WordAddress): void {
    const inFlight = this.#inFlight(cpu);
    this.sharing.noteWriteFromOutside(doorbell);
    this.#state.write(doorbell, this.read(doorbell) | this.read(inFlight));
    this.#state.write(inFlight, 0);
  }

  /** @returns the result of the access. */
  perform(c: ExploredCpu, access: Access): number {
    const argument = argumentOf(access);
    const kind = kindOf(access);
    switch (kind) {
      case ACCESS.load:
        this.sharing.noteRead(argument, c.id);
        return this.loaded(c, access);
      case ACCESS.dereference:
        this.sharing.noteRead(argument, c.id);
        this.#queues?.forget(c.id, argument);
        return this.view(c.id, argument);
      case ACCESS.loadInto:
        this.sharing.noteRead(argument, c.id);
        this.writePrivate(c.id, c.operand, this.loaded(c, access));
        return 0;
      case ACCESS.loadAcquire:
        this.sharing.noteRead(argument, c.id);
        this.#queues?.forgetAll(c.id);
        return this.view(c.id, argument);
      case ACCESS.waitAtLeast: {
        this.sharing.noteRead(argument, c.id);
        const value = this.loaded(c, access);
        if (!this.#mayBeEarly(c, access)) this.#queues?.forgetAll(c.id);
        return value >= c.operand ? 1 : 0;
      }
      case ACCESS.store:
        this.#store(c.id, argument, c.operand, 'plain');
        return 0;
      case ACCESS.storeRelease:
        this.#store(c.id, argument, c.operand, 'release');
        return 0;
      case ACCESS.unlock:
        this.#store(c.id, argument, 0, 'release');
        return 1;
      case ACCESS.lock:
        this.sharing.noteWrite(argument, c.id);
        this.#state.write(argument, c.id + 1);
        this.#queues?.forgetAll(c.id);
        return 1;
      case ACCESS.exchange:
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
        return this.#readModifyWrite(c, access, argument);
      case ACCESS.halt:
        return 1;
      case ACCESS.ring: {
        const inFlight = this.#inFlight(argument);
        this.sharing.noteInterrupt(argument);
        this.#state.write(inFlight, this.read(inFlight) | c.operand);
        return 0;
      }
      case ACCESS.promise:
        this.hasPromised = true;
        this.#state.write(c.hw.site.promised(argument), this.read(c.hw.site.issued(argument)));
        return 0;
      case ACCESS.fence:
        this.pointsPassed[argument] = 1;
        if (this.#points.removed[argument] === 0) {
          this.#queues?.forgetAll(c.id);
          this.#late?.fence(c.id);
        }
        return c.perform(access);
      case ACCESS.storeCode:
        return this.#storeCodeOf(c, argument);
      case ACCESS.cleanLine:
      case ACCESS.invalidateLine:
        return c.perform(access);
      case ACCESS.writeCr:
      case ACCESS.syncCore:
      case ACCESS.serialize:
      case ACCESS.returnToUser:
        this.pointsPassed[kind === ACCESS.returnToUser ? argument >>> 1 : argument] = 1;
        if (this.order.serializes(c, access)) this.#queues?.forgetAll(c.id);
        return c.perform(access);
      case ACCESS.execute:
      case ACCESS.executeOnce:
        return this.#execute(c, access, argument);
      default:
        return c.perform(access);
    }
  }

  #execute(c: ExploredCpu, access: Access, unit: number): number {
    const { site, cpu } = c.hw;
    this.#state.note(site.promised(unit));
    this.#state.note(site.issued(unit));
    this.#state.note(cpu.addressSpace(c.id));
    return c.perform(access);
  }

  #write(cpu: CpuId, address: WordAddress, value: number): void {
    const old = this.#state.read(address);
    this.#state.write(address, value);
    this.#queues?.written(address, old, cpu, this.sharing.readersOf(address));
  }

  #store(cpu: CpuId, address: WordAddress, value: number, order: 'plain' | 'release'): void {
    this.sharing.noteWrite(address, cpu);
    if (this.#buffers.model === 'sc') this.#state.write(address, value);
    else this.#buffer(cpu, address, value, order);
  }

  #buffer(cpu: CpuId, target: number, low: number, order: 'plain' | 'release'): void {
    this.#buffers.push(cpu, { target, low, high: 0, maskLow: 0, maskHigh: 0, order });
  }

  #storeCodeOf(c: ExploredCpu, offset: number): number {
    const [mask, bits] = c.codeOperands;
    if (this.#buffers.model === 'sc') return this.#storeCode(offset, mask, bits);
    this.#buffers.push(c.id, {
      target: ~offset,
      low: lowHalf(bits),
      high: highHalf(bits),
      maskLow: lowHalf(mask),
      maskHigh: highHalf(mask),
      order: 'plain',
    });
    return 0;
  }

  #storeCode(offset: number, mask: bigint, bits: bigint): number {
    this.#code.store(offset, mask, bits);
    return 0;
  }

  /** @returns what was there. */
  #readModifyWrite(c: ExploredCpu, access: Access, address: WordAddress): number {
    this.sharing.noteWrite(address, c.id);
    const old = this.read(address);
    this.#write(c.id, address, modified(kindOf(access), old, c.operand));
    if (this.#isFullBarrier(c, access)) this.#queues?.forgetAll(c.id);
    return old;
  }

  #isFullBarrier({ doorbell }: ExploredCpu, access: Access): boolean {
    const kind = kindOf(access);
    if (kind === ACCESS.exchange || kind === ACCESS.addReturn) return true;
    // Of the loads it is one: where the cpu acknowledges its interrupts.
    if (argumentOf(access) !== doorbell) return false;
    this.pointsPassed[POINT.interruptEntry] = 1;
    return this.#points.removed[POINT.interruptEntry] === 0;
  }
}

/** What a read-modify-write leaves of a value. */
function modified(kind: AccessKind, old: number, operand: number): number {
  switch (kind) {
    case ACCESS.or:
      return old | operand;
    case ACCESS.and:
      return old & operand;
    case ACCESS.exchange:
      return operand;
    default:
      return (old + operand) | 0;
  }
}

function lowHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function highHalf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

function doubleword(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
