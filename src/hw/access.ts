/** The accesses a routine can make, each packed into one small integer.
 *
 *  Kernel, policies and user programs are generators that *yield the access itself*; the engine performs it
 *  and hands the result back. So the description and the effect cannot disagree, nothing is allocated per
 *  access, and whoever drives the generator decides when the access happens: at once (threads), in virtual
 *  time, or when the explorer picks this cpu.
 *
 *  Operands that do not fit (the value of a store) wait in the processor's operand registers. */

/** `kind | argument << KIND_BITS`; build one with the methods of `Processor`. */
export type Access = number;

/** A piece of code that touches shared state. The value sent back in is the result of the access. */
export type Routine<Result = void> = Generator<Access, Result, number>;

export const KIND_BITS = 5;
const KIND_MASK = (1 << KIND_BITS) - 1;

export const ACCESS = {
  /* Memory. The argument is a word address; read-modify-writes return the old value. What they order is what Linux
     documents in atomic_t.txt: `exchange` and `addReturn` are full barriers, `addRelease` stays behind everything before
     it, the others of their kind order nothing. */
  load: 0,
  store: 1,
  exchange: 2,
  or: 3,
  and: 4,
  add: 5,
  addReturn: 6,
  /* A store that stays behind everything before it: smp_store_release(). */
  storeRelease: 7,
  /* Ordering. The argument is a barrier id. */
  fence: 8,
  /* Core serialization. The argument is a serialization point id. */
  syncCore: 9,
  writeCr: 10,
  /* Leave the kernel. The argument is a return kind. */
  returnToUser: 11,
  /* Code memory. The argument is a unit or a line. */
  execute: 12,
  storeCode: 13,
  cleanLine: 14,
  invalidateLine: 15,
  serialize: 16,
  promise: 17,
  /* Interrupt another cpu. The argument is the cpu. */
  ring: 18,
  /* ... executed once, and the result is the version. */
  executeOnce: 19,
  unexpectedBreakpoint: 20,
  addRelease: 21,
  /* Loads that are not performed early: nothing behind an acquire is, and an address has to be there first. */
  loadAcquire: 22,
  dereference: 23,
  /* A load whose result goes to a word that nobody else touches: the cpu need not wait for it. */
  loadInto: 24,
  /* Blocking: the engine decides how to wait. */
  lock: 25,
  unlock: 26,
  waitAtLeast: 27,
  halt: 28,
} as const;

export type AccessKind = (typeof ACCESS)[keyof typeof ACCESS];

export function kindOf(access: Access): AccessKind {
  return (access & KIND_MASK) as AccessKind;
}

/** Does the engine have to decide how to wait? */
export function isBlocking(access: Access): boolean {
  return kindOf(access) >= ACCESS.lock;
}

export function argumentOf(access: Access): number {
  return access >>> KIND_BITS;
}

export function pack(kind: AccessKind, argument: number): Access {
  return (argument << KIND_BITS) | kind;
}
