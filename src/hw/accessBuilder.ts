/** The accesses that a routine can make: it yields what these methods return.
 *
 *  What an access needs besides its argument stays in the operand registers until it is performed, or another one is
 *  built. What each of them orders stands in access.ts.
 *
 *  Source: Linux Documentation/memory-barriers.txt and atomic_t.txt, for the names. */
import type { CodeOffset, CpuId, UnitId, WordAddress } from '../base/ids.js';
import { ACCESS, type Access, pack } from './access.js';

/** How a task goes back to user mode: decided by how it entered, and kept in the task. */
export const RETURN_KIND = { syscall: 0, interrupt: 1 } as const;
export type ReturnKind = (typeof RETURN_KIND)[keyof typeof RETURN_KIND];

export class AccessBuilder {
  #operand = 0;
  #mask = 0n;
  #bits = 0n;

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

  /* ---- the operand registers ---- */

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
}
