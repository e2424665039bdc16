/** Task programs: a list of operations with a program counter in the task.
 *
 *  Programs are data in the machine's buffer, not closures, so a task can migrate between cpus, every worker
 *  sees the same program, and a scenario can be a file. User tasks run them in user mode (src/jit/userMode.ts);
 *  kernel threads run the subset that makes sense there (src/kernel/kthread.ts).
 *
 *  Limit: one level of looping; branches go forward. */

/** Words per instruction: the operation and four operands `a b c d`. */
export const INSTRUCTION_WORDS = 5;

/** A value operand pair `(base, perRound)` means `base + perRound * round`; the first round is 1. */
export const OP = {
  /** Call unit `a`, `b` times. */
  call: 0,
  /** Store part `b` of the next version of unit `a`; part 0 begins a version, ALL_PARTS stores it whole. */
  storeCode: 1,
  /** Clean every `b`-th line (0: every line) of the patch site of unit `a` to the PoU. */
  clean: 2,
  /** Invalidate the same. */
  invalidate: 3,
  /** The serializing instruction of user mode. */
  serialize: 4,
  /** Claim that the version of unit `a` issued last is what everybody executes from now on. */
  promise: 5,
  /** Store value `(b, c)` to variable `a`. */
  set: 6,
  /** Add `b` to variable `a`, atomically. */
  add: 7,
  /** Poll until variable `a` is at least value `(b, c)`. */
  spin: 8,
  /** System call `a` with arguments `b c d`. */
  syscall: 9,
  /** Next round: while rounds are left, back to instruction `a`; `b` is the number of rounds. */
  nextRound: 10,
  /** Load variable `a`, and keep the value in variable `b`, which nobody else touches. */
  load: 11,
  /** Call unit `a` once, and keep the version that it executed in variable `b`, which nobody else touches. */
  callInto: 12,
  /** Store the breakpoint over the first byte of the site of unit `a`, or (`clearBreakpoint`) what stood there. */
  setBreakpoint: 13,
  clearBreakpoint: 14,
  /** A full memory barrier. */
  fence: 15,
  /** Execute unit `a`, which is a direct branch; if it has been patched, execute unit `b`, to which it leads. */
  branch: 16,
  /** Where the last system call returned the error `a` (any error: 0), go on at instruction `b`. */
  onError: 17,
  /** Go on at instruction `a`. */
  goTo: 18,
  /** Where variable `a` is at least value `(b, c)`, go on at instruction `d`. */
  skipIfAtLeast: 19,
} as const;

export type Opcode = (typeof OP)[keyof typeof OP];

export const ALL_PARTS = -1;

/** One instruction, as the assembler makes it. */
export type Instruction = readonly [op: Opcode, a: number, b: number, c: number, d: number];
