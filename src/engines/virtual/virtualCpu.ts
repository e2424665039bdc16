/** A cpu in virtual time: performs accesses without atomics, since nobody else runs, and charges what they cost.
 *
 *  What the kernel counts (a system call, a context switch, an interrupt) costs a lump on top of the accesses it
 *  makes. The phase says what the cycles are for where the access alone does not. */
import { ACCESS, type Access, KIND_BITS } from '../../hw/access.js';
import type { CounterName } from '../../hw/counters.js';
import { COUNTER } from '../../hw/counters.js';
import { RETURN_KIND } from '../../hw/processor.js';
import { Cpu, type CpuParts } from '../../kernel/cpu.js';
import { ORDERING_POINTS, POINT } from '../../kernel/orderingPoints.js';
import { CAUSE, syncCause } from './accounts.js';
import type { VirtualHardware } from './hardware.js';

const KIND_MASK = (1 << KIND_BITS) - 1;
const SCHEDULE_ENTRY = (POINT.scheduleEntry << KIND_BITS) | ACCESS.fence;

export class VirtualCpu extends Cpu {
  /** Cause of whatever has no cause of its own. */
  phase: number = CAUSE.idle;
  /** When the current task began to patch; by task. */
  readonly patchBegan: Float64Array;
  readonly #hardware: VirtualHardware;
  /* Address of the first counter. */
  readonly #counters: number;

  constructor(parts: CpuParts, hardware: VirtualHardware, patchBegan: Float64Array) {
    super(parts);
    this.#hardware = hardware;
    this.#counters = parts.hw.counter(parts.id, 0);
    this.patchBegan = patchBegan;
  }

  get now(): number {
    return this.#hardware.times[this.id]!;
  }

  override count(counter: CounterName): void {
    const { costs } = this.#hardware;
    // By number where it is frequent: a look-up by a name that is not known beforehand is slow.
    switch (counter) {
      case 'syscalls':
        this.phase = CAUSE.syscallWork;
        this.charge(CAUSE.syscallEntry, costs.syscallEntry);
        return this.#increment(COUNTER.syscalls);
      case 'contextSwitches':
        this.charge(CAUSE.contextSwitch, costs.contextSwitch);
        return this.#increment(COUNTER.contextSwitches);
      case 'interrupts':
        this.phase = CAUSE.interruptWork;
        this.charge(CAUSE.interruptEntry, costs.interruptEntry);
        return this.#increment(COUNTER.interrupts);
      case 'syscallReturns':
        return this.#increment(COUNTER.syscallReturns);
      case 'lazyReturns':
        return this.#increment(COUNTER.lazyReturns);
      case 'syncCore':
        return this.#increment(COUNTER.syncCore);
      case 'ipiSent':
        return this.#increment(COUNTER.ipiSent);
      case 'patches':
        this.patchBegan[this.current] = this.now;
        return this.#increment(COUNTER.patches);
      default:
        this.#increment(COUNTER[counter]);
    }
  }

  #increment(counter: number): void {
    this.words[this.#counters + counter]!++;
  }

  charge(cause: number, cycles: number): void {
    this.#hardware.charge(this.id, cause, cycles);
  }

  /** Performs an access and charges it. A lock must be free, a wait fulfilled: see `attempt`. */
  do(access: Access): number {
    const { words } = this;
    const hardware = this.#hardware;
    const kind = access & KIND_MASK;
    const argument = access >>> KIND_BITS;
    const cost = hardware.costOfKind[kind]!;
    let old: number;
    switch (kind) {
      case ACCESS.load:
        hardware.charge(this.id, this.phase, cost);
        return words[argument]!;
      case ACCESS.store:
      case ACCESS.storeRelease:
        hardware.charge(this.id, this.phase, cost);
        words[argument] = this.operand;
        hardware.written(argument, this.id);
        return 0;
      case ACCESS.exchange:
        hardware.charge(this.id, this.phase, cost);
        old = words[argument]!;
        words[argument] = this.operand;
        hardware.written(argument, this.id);
        return old;
      case ACCESS.or:
        hardware.charge(this.id, this.phase, cost);
        old = words[argument]!;
        words[argument] = old | this.operand;
        hardware.written(argument, this.id);
        return old;
      case ACCESS.and:
        hardware.charge(this.id, this.phase, cost);
        old = words[argument]!;
        words[argument] = old & this.operand;
        hardware.written(argument, this.id);
        return old;
      case ACCESS.add:
      case ACCESS.addReturn:
        hardware.charge(this.id, this.phase, cost);
        old = words[argument]!;
        words[argument] = old + this.operand;
        hardware.written(argument, this.id);
        return old;
      case ACCESS.fence:
        if (access === SCHEDULE_ENTRY) this.phase = CAUSE.contextSwitch;
        if (!ORDERING_POINTS[argument]!.partOf) hardware.charge(this.id, this.phase, cost);
        return 0;
      case ACCESS.lock:
        if (words[argument] !== 0) throw new Error('a spin lock is held by a cpu that does not run');
        hardware.charge(this.id, this.phase, cost);
        words[argument] = this.id + 1;
        return 1;
      case ACCESS.unlock:
        hardware.charge(this.id, this.phase, cost);
        words[argument] = 0;
        hardware.written(argument, this.id);
        return 1;
      case ACCESS.waitAtLeast:
        if (words[argument]! < this.operand) throw new Error('a wait that is not fulfilled was performed');
        hardware.charge(this.id, this.phase, cost);
        return 1;
      case ACCESS.ring:
        hardware.charge(this.id, CAUSE.ipiSend, cost);
        this.#increment(COUNTER.ipiSent);
        hardware.sendIpi(this.id, argument, this.operand);
        return 0;
      default:
        return this.#doOther(access, kind, argument, cost);
    }
  }

  #doOther(access: Access, kind: number, argument: number, cost: number): number {
    const { costs } = this.#hardware;
    switch (kind) {
      case ACCESS.execute: {
        const made = this.perform(access);
        this.charge(CAUSE.userCalls, costs.call * Math.max(1, made));
        return made;
      }
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
