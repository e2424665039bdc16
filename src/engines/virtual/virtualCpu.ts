/** A cpu in virtual time: performs accesses without atomics, since nobody else runs, and charges what they cost.
 *
 *  What the kernel counts (a system call, a context switch, an interrupt) costs a lump on top of the accesses it
 *  makes. The phase says what the cycles are for where the access alone does not. */
import type { CpuId, MmId, TaskId, WordAddress } from '../../base/ids.js';
import { ACCESS, type Access, argumentOf, KIND_BITS, kindOf, type Routine } from '../../hw/access.js';
import { RETURN_KIND, type ReturnKind } from '../../hw/accessBuilder.js';
import type { CounterName } from '../../hw/counters.js';
import { COUNTER } from '../../hw/counters.js';
import { Cpu, type CpuParts } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import { ORDERING_POINTS, POINT } from '../../kernel/orderingPoints.js';
import { CAUSE, syncCause } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import type { Watchers } from './watchers.js';

const KIND_MASK = (1 << KIND_BITS) - 1;
/* By ordering point: 1 where its cost is part of another access. */
const PART_OF_ANOTHER = Uint8Array.from(ORDERING_POINTS, (point) => (point.partOf ? 1 : 0));

/* By number: V8 looks a name up slowly in a table this large. */
const {
  syscalls: SYSCALLS,
  contextSwitches: CONTEXT_SWITCHES,
  interrupts: INTERRUPTS,
  syscallReturns: SYSCALL_RETURNS,
} = COUNTER;
const { scheduleEntry: SCHEDULE_ENTRY } = POINT;

export class VirtualCpu extends Cpu {
  /** Cause of whatever has no cause of its own. */
  phase: number = CAUSE.idle;
  /** When the current task began to patch; by task. */
  readonly patchBegan: Float64Array;
  /** Cycles of this phase that are not charged yet: see `settle`. */
  spent = 0;
  readonly watchers: Watchers;
  /** Time of each cpu, and its cycles by cause. */
  readonly times: Float64Array;
  readonly cycles: Float64Array;
  readonly #hardware: VirtualHardware;
  /* Address of the first counter of the first cpu, and words from one cpu to the next. */
  readonly #counters: number;
  readonly #counterStride: number;

  constructor(parts: CpuParts, hardware: VirtualHardware, patchBegan: Float64Array) {
    super(parts);
    this.#hardware = hardware;
    this.watchers = hardware.watchers;
    this.times = hardware.times;
    this.cycles = hardware.accounts.cycles;
    this.#counters = parts.hw.counter(0, 0);
    this.#counterStride = parts.hw.counter(1, 0) - this.#counters;
    this.patchBegan = patchBegan;
  }

  get now(): number {
    return this.#hardware.times[this.id]!;
  }

  /** Charges what was spent: before the phase changes, and before anybody looks at the time of this cpu. */
  settle(): void {
    const { spent } = this;
    if (spent === 0) return;
    this.spent = 0;
    this.#hardware.charge(this.id, this.phase, spent);
  }

  /** From now on, cycles are for something else. */
  enter(phase: number): void {
    this.settle();
    this.phase = phase;
  }

  /** A word was written that somebody may wait for. */
  written(address: WordAddress): void {
    this.settle();
    this.#hardware.written(address, this.id);
  }

  /* What costs a lump, or changes the phase, has a method of its own, which plain code calls. */

  override count(counter: CounterName): void {
    switch (counter) {
      case 'syscalls':
        return this.countSyscall();
      case 'contextSwitches':
        return this.countContextSwitch();
      case 'interrupts':
        return this.countInterrupt();
      case 'patches':
        return this.countPatch();
      default:
        this.#increment(COUNTER[counter]);
    }
  }

  countSyscall(): void {
    this.enter(CAUSE.syscallWork);
    this.charge(CAUSE.syscallEntry, this.#hardware.costs.syscallEntry);
    this.#increment(SYSCALLS);
  }

  countContextSwitch(): void {
    this.charge(CAUSE.contextSwitch, this.#hardware.costs.contextSwitch);
    this.#increment(CONTEXT_SWITCHES);
  }

  countInterrupt(): void {
    this.enter(CAUSE.interruptWork);
    this.charge(CAUSE.interruptEntry, this.#hardware.costs.interruptEntry);
    this.#increment(INTERRUPTS);
  }

  countPatch(): void {
    this.settle();
    this.patchBegan[this.current] = this.now;
    this.#increment(COUNTER.patches);
  }

  override noteBarrierEntered(task: TaskId, space: MmId): void {
    this.settle();
    super.noteBarrierEntered(task, space);
  }

  override noteBarrierReturned(task: TaskId, space: MmId): void {
    this.settle();
    super.noteBarrierReturned(task, space);
  }

  #increment(counter: number): void {
    this.words[this.#counters + this.id * this.#counterStride + counter]!++;
  }

  charge(cause: number, cycles: number): void {
    this.#hardware.charge(this.id, cause, cycles);
  }

  /** What the cpu does next: one turn (cpuLoop.ts). */
  turn(): Routine {
    return cpuTurn(this);
  }

  /** What it does where it is interrupted in the middle of a turn. */
  interrupt(): Routine {
    return interruptFromKernel(this);
  }

  /** Performs an access and charges it. A lock must be free, a wait fulfilled: see `attempt`. */
  do(access: Access): number {
    this.settle();
    const result = this.#do(access);
    this.settle();
    return result;
  }

  /** Performs an access that cannot block now. `attempt` may have taken the lock already. */
  complete(access: Access): number {
    const kind = kindOf(access);
    if (kind === ACCESS.lock) this.words[argumentOf(access)] = 0;
    if (kind !== ACCESS.halt) return this.do(access);
    this.charge(CAUSE.idle, this.#hardware.costs.load);
    return 1;
  }

  #do(access: Access): number {
    const { words } = this;
    const hardware = this.#hardware;
    const kind = access & KIND_MASK;
    const argument = access >>> KIND_BITS;
    const cost = hardware.costOfKind[kind]!;
    switch (kind) {
      case ACCESS.load:
      case ACCESS.loadAcquire:
      case ACCESS.dereference:
        return this.loadNow(argument);
      case ACCESS.loadInto:
        words[this.operand] = this.loadNow(argument);
        return 0;
      case ACCESS.store:
      case ACCESS.storeRelease:
        return this.storeNow(argument, this.operand);
      case ACCESS.exchange:
        return this.exchangeNow(argument, this.operand);
      case ACCESS.or:
        return this.orNow(argument, this.operand);
      case ACCESS.and:
        return this.andNow(argument, this.operand);
      case ACCESS.add:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
        return this.addNow(argument, this.operand);
      case ACCESS.fence:
        return this.fenceNow(argument);
      case ACCESS.lock:
        return this.lockNow(argument);
      case ACCESS.unlock:
        return this.unlockNow(argument);
      case ACCESS.waitAtLeast:
        if (words[argument]! < this.operand) throw new Error('a wait that is not fulfilled was performed');
        hardware.charge(this.id, this.phase, cost);
        return 1;
      case ACCESS.ring:
        hardware.charge(this.id, CAUSE.ipiSend, cost);
        this.#increment(COUNTER.ipiSent);
        this.ring(argument, this.operand);
        return 0;
      default:
        return this.#doOther(access, kind, argument, cost);
    }
  }

  /* ---- the frequent ones, each by itself: what plain code calls ---- */

  loadNow(address: WordAddress): number {
    this.#spend(ACCESS.load);
    return this.words[address]!;
  }

  storeNow(address: WordAddress, value: number): number {
    this.#spend(ACCESS.store);
    this.words[address] = value;
    if (this.watchers.count !== 0) this.written(address);
    return 0;
  }

  storeReleaseNow(address: WordAddress, value: number): number {
    return this.storeNow(address, value);
  }

  exchangeNow(address: WordAddress, value: number): number {
    this.#spend(ACCESS.exchange);
    const old = this.words[address]!;
    this.words[address] = value;
    if (this.watchers.count !== 0) this.written(address);
    return old;
  }

  orNow(address: WordAddress, bits: number): number {
    return this.exchangeNow(address, this.words[address]! | bits);
  }

  andNow(address: WordAddress, bits: number): number {
    return this.exchangeNow(address, this.words[address]! & bits);
  }

  addNow(address: WordAddress, amount: number): number {
    return this.exchangeNow(address, this.words[address]! + amount);
  }

  addReturnNow(address: WordAddress, amount: number): number {
    return this.exchangeNow(address, this.words[address]! + amount);
  }

  fenceNow(point: number): number {
    if (point === SCHEDULE_ENTRY) this.enter(CAUSE.contextSwitch);
    if (!PART_OF_ANOTHER[point]) this.#spend(ACCESS.fence);
    return 0;
  }

  lockNow(address: WordAddress): number {
    if (this.words[address] !== 0) throw new Error('a spin lock is held by a cpu that does not run');
    this.#spend(ACCESS.lock);
    this.words[address] = this.id + 1;
    return 1;
  }

  unlockNow(address: WordAddress): number {
    this.storeNow(address, 0);
    return 1;
  }

  returnToUserNow(kind: ReturnKind, point: number): number {
    if (kind !== RETURN_KIND.syscall || this.profile.syscallReturnSerializes) {
      return this.do(this.returnToUser(kind, point));
    }
    this.charge(CAUSE.syscallReturn, this.#hardware.costs.syscallReturn);
    this.#increment(SYSCALL_RETURNS);
    return 0;
  }

  /** @returns when the interrupt arrives. */
  protected ring(cpu: CpuId, irqs: number): number {
    return this.#hardware.sendIpi(this.id, cpu, irqs);
  }

  #spend(kind: number): void {
    this.spent += this.#hardware.costOfKind[kind]!;
  }

  #doOther(access: Access, kind: number, argument: number, cost: number): number {
    const { costs } = this.#hardware;
    switch (kind) {
      case ACCESS.execute: {
        const made = this.perform(access);
        this.charge(CAUSE.userCalls, costs.call * Math.max(1, made));
        return made;
      }
      case ACCESS.executeOnce:
        this.charge(CAUSE.userCalls, costs.call);
        break;
      case ACCESS.syncCore:
      case ACCESS.serialize:
        // Before it happens, and where it was left out too: the point is still passed.
        this.charge(syncCause(argument), cost);
        break;
      case ACCESS.writeCr:
        this.charge(CAUSE.addressSpaceLoad, cost);
        break;
      case ACCESS.returnToUser:
        if ((argument & 1) === RETURN_KIND.syscall) this.charge(CAUSE.syscallReturn, costs.syscallReturn);
        else this.charge(CAUSE.interruptReturn, costs.interruptReturn);
        break;
      default:
        this.charge(CAUSE.patching, cost);
    }
    return this.perform(access);
  }

  /** Nobody runs beside user code here, so it needs no notice. */
  protected override announcePromise(): void {}
}
