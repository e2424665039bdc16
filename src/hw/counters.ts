/** What a cpu counts, one word each, written by that cpu only. The names are the keys of the JSON report. */
export const COUNTERS = [
  /** User-mode executions of a fetch unit. */
  'calls',
  /** Context switches (`rq->nr_switches`). */
  'contextSwitches',
  /** Explicit core-serializing instructions (`sync_core()`), wherever they were executed. */
  'syncCore',
  /** Address space loads (x86: CR3 writes) in `switch_mm`. */
  'crWrites',
  /** Interrupts sent to another cpu. */
  'ipiSent',
  /** Interrupts taken. */
  'interrupts',
  'syscalls',
  /** Returns to user mode by the system call return (SYSRET). */
  'syscallReturns',
  /** Returns to user mode by the interrupt return (IRET). */
  'interruptReturns',
  /** Deferred serializations requested (flag set) ... */
  'syncCoreDeferred',
  /** ... and honoured on the way to user mode. */
  'syncCoreHonoured',
  /** Switches kernel thread -> user thread of the address space that was borrowed: no CR3 write. */
  'lazyReturns',
  /** Patches written by this cpu. */
  'patches',
  'lineCleans',
  'lineInvalidates',
  /** Decodes: icache bytes turned into executable code. */
  'decodes',
] as const;

export type CounterName = (typeof COUNTERS)[number];

export const COUNTER = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Readonly<
  Record<CounterName, number>
>;
