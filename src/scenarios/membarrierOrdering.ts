/** What the ordering scenarios A to E have in common: a caller of membarrier, and a thread of its address space on
 *  another cpu, that store to two variables and read them.
 *
 *  Source: the comment "Ordering scenarios" of Linux kernel/sched/membarrier.c (25595eb6aaa9). */
import type { Hazard, Step, TaskSpec } from './scenario.js';

/** Stores before the call against loads after it: `x = 1; membarrier; r2 = y` beside `y = 1; r1 = x`. */
export const STORE_THEN_LOAD = {
  caller: [
    { op: 'set', variable: 'x', to: 1 },
    { op: 'membarrier', command: 'private' },
    { op: 'load', variable: 'y', into: 'r2' },
  ],
  peer: [
    { op: 'set', variable: 'y', to: 1 },
    { op: 'load', variable: 'x', into: 'r1' },
  ],
  /** Neither sees the other's store. */
  forbidden: { r1: 0, r2: 0 },
} as const satisfies Pattern;

/** A message and its flag: `r2 = y; membarrier; r1 = x` beside `x = 1; y = 1`. */
export const FLAG_THEN_MESSAGE = {
  caller: [
    { op: 'load', variable: 'y', into: 'r2' },
    { op: 'membarrier', command: 'private' },
    { op: 'load', variable: 'x', into: 'r1' },
  ],
  peer: [
    { op: 'set', variable: 'x', to: 1 },
    { op: 'set', variable: 'y', to: 1 },
  ],
  /** The flag is seen, and the message is not. */
  forbidden: { r1: 0, r2: 1 },
} as const satisfies Pattern;

interface Pattern {
  readonly caller: readonly Step[];
  readonly peer: readonly Step[];
  readonly forbidden: Readonly<Record<string, number>>;
}

/** The same with the command for everybody who has registered. */
export const STORE_THEN_LOAD_GLOBAL = {
  ...STORE_THEN_LOAD,
  caller: [
    { op: 'set', variable: 'x', to: 1 },
    { op: 'membarrier', command: 'global-expedited' },
    { op: 'load', variable: 'y', into: 'r2' },
  ],
} as const satisfies Pattern;

/** The same with the command that restarts critical sections. */
export const STORE_THEN_LOAD_RSEQ = {
  ...STORE_THEN_LOAD,
  caller: [
    { op: 'set', variable: 'x', to: 1 },
    { op: 'membarrier', command: 'rseq' },
    { op: 'load', variable: 'y', into: 'r2' },
  ],
} as const satisfies Pattern;

/** @param around what the caller does first and last, in its rounds. */
export function caller(
  pattern: Pattern,
  around: {
    readonly first?: readonly Step[];
    readonly last?: readonly Step[];
    readonly registers?: 'register-private' | 'register-rseq';
  } = {},
): TaskSpec {
  const { first = [], last = [], registers = 'register-private' } = around;
  return {
    name: 'caller',
    process: 'app',
    on: 'first',
    program: [
      { op: 'membarrier', command: registers },
      { op: 'rounds', body: [...first, ...pattern.caller, ...last] },
    ],
  };
}

/** Whoever lends its address space to a kernel thread holds a reference to it as a user (mmget()): here it is a thread
 *  that sleeps. With one user only, membarrier would have nothing to do. */
export const LENDER: TaskSpec = {
  name: 'lender',
  process: 'app',
  on: 'first',
  program: [{ op: 'wait', event: 'given back', signals: 1 }],
};
export const GIVE_BACK: readonly Step[] = [{ op: 'wake', event: 'given back' }];

export const ORDERING: Pick<
  Hazard,
  'kind' | 'path' | 'judgedBy' | 'registered' | 'processes' | 'sites' | 'defaults'
> = {
  kind: 'hazard',
  path: 'stays-in-user-mode',
  judgedBy: 'exploration',
  registered: 'yes',
  processes: ['app'],
  sites: [{ name: 'hot', placement: 'within-word' }],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'sync-core',
    cpus: 2,
    rounds: 1,
    callsPerRound: 1,
    placement: 'within-word',
  },
};
