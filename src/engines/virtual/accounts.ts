/** Where the cycles went: per cpu and cause, whole cycles, in one typed array.
 *
 *  Every cycle of a cpu's time is charged to exactly one cause, so the causes add up to that time. */
import type { CpuId } from '../../base/ids.js';
import { ORDERING_POINTS } from '../../kernel/orderingPoints.js';

/** What a cpu can spend its time on, besides serializing. */
export const CAUSES = [
  /** Calls of fetch units. */
  'userCalls',
  /** Fetching and decoding what a serialization dropped. */
  'decode',
  /** Other work in user mode: variables, the poll for interrupts. */
  'userOther',
  /** Stores to code, cleans, invalidates, promises. */
  'patching',
  /** Polling a variable, in user mode or in a kernel thread. */
  'polling',
  'syscallEntry',
  /** Inside system calls, outside the causes below. */
  'syscallWork',
  /** On the way out of the kernel: work flags, what the policy looks at. */
  'exitToUser',
  'syscallReturn',
  'interruptReturn',
  /** Kernel threads at work. */
  'kthreadWork',
  /** From the entry of schedule() on, with what the policy looks at there. */
  'contextSwitch',
  /** Loading another address space in switch_mm(), where it serializes that too. */
  'addressSpaceLoad',
  'interruptEntry',
  /** Handlers: the queue of function calls, memory barriers, flags. */
  'interruptWork',
  'ipiSend',
  /** Waiting for other cpus inside a system call: their acknowledgement, a grace period. */
  'remoteWait',
  'lockWait',
  /** Nothing to run. Not busy. */
  'idle',
] as const;

export type Cause = (typeof CAUSES)[number];

export const CAUSE = Object.fromEntries(CAUSES.map((name, index) => [name, index])) as Readonly<
  Record<Cause, number>
>;

/** Cause of the serialization at an ordering point: one each, after the others. */
export const syncCause = (point: number): number => CAUSES.length + point;

/** Names of all causes, by number. */
export const CAUSE_NAMES: readonly string[] = [
  ...CAUSES,
  ...ORDERING_POINTS.map((point) => `sync:${point.id}`),
];

export class Accounts {
  /** Cycles by cpu and cause. */
  readonly cycles: Float64Array;
  readonly #cpus: number;

  constructor(cpus: number) {
    this.#cpus = cpus;
    this.cycles = new Float64Array(cpus * CAUSE_NAMES.length);
  }

  charge(cpu: CpuId, cause: number, cycles: number): void {
    this.cycles[cpu * CAUSE_NAMES.length + cause]! += cycles;
  }

  ofCpu(cpu: CpuId, cause: number): number {
    return this.cycles[cpu * CAUSE_NAMES.length + cause]!;
  }

  /** Cycles by cause that are not zero, of the cpus that `includes` names. */
  total(includes: (cpu: CpuId) => boolean = () => true): Record<string, number> {
    const totals: Record<string, number> = {};
    for (let cause = 0; cause < CAUSE_NAMES.length; cause++) {
      let sum = 0;
      for (let cpu = 0; cpu < this.#cpus; cpu++) if (includes(cpu)) sum += this.ofCpu(cpu, cause);
      if (sum !== 0) totals[CAUSE_NAMES[cause]!] = sum;
    }
    return totals;
  }

  /** All the time that was charged to a cpu. */
  timeOf(cpu: CpuId): number {
    let sum = 0;
    for (let cause = 0; cause < CAUSE_NAMES.length; cause++) sum += this.ofCpu(cpu, cause);
    return sum;
  }
}
