/** A scenario: a situation that may go wrong (hazard) or is worth measuring (workload), as data.
 *
 *  It names its processes, patch sites and tasks; a task is a program. `on: 'peers'` makes one copy of a task on
 *  every cpu but the first, so the same scenario runs on two cpus or on eight. An event that a peer names is
 *  that peer's own. */

import type { Placement } from '../jit/placement.js';

export type MembarrierCommandName =
  | 'register-sync-core'
  | 'sync-core'
  | 'register-private'
  | 'private'
  | 'register-rseq'
  | 'rseq'
  | 'register-global-expedited'
  | 'global-expedited'
  | 'global';

/** How the cpu in question gets from the patch to the next call: what stands between decides (expectation.ts). */
export type ExecutionPath =
  /** It stays in user mode, and nobody interrupts it. */
  | 'stays-in-user-mode'
  /** It stays in user mode, executes a serializing instruction itself, and calls. */
  | 'serializes-itself'
  /** It is interrupted in user mode by membarrier, and the same task goes on. */
  | 'interrupted'
  /** ... and another thread of the mm goes on, which had been in a system call. */
  | 'interrupted-then-other-thread'
  /** It runs a kernel thread lazily; then a thread of the mm goes on by the system call return. */
  | 'lazy-return'
  /** ... but the thread that was switched in sleeps again, and another thread of the mm goes to user mode. */
  | 'lazy-return-handed-over'
  /** It runs a thread of another mm; then a thread of the mm goes on by the system call return. */
  | 'other-mm'
  /** It is the caller's own cpu: another thread of the mm replaces the caller there. */
  | 'caller-cpu'
  /** The caller is moved to it after it has chosen whom to interrupt. */
  | 'caller-moves-in'
  /** A thread of the mm is moved to it from another cpu, and replaces a thread of the mm; no membarrier. */
  | 'thread-moves-in'
  /** A thread of the mm is moved to it from another cpu while it idles lazily; no membarrier. */
  | 'thread-moves-in-lazily'
  /** It stays in user mode, and runs into a breakpoint while the code is patched. */
  | 'behind-a-breakpoint'
  /** It was offline when the code was patched, and has never run it. */
  | 'never-ran-it';

/** A number, or a parameter of the scenario, which a run may choose. */
export type Amount = number | { readonly parameter: string };

/** A number, or one that grows with the task's round (first round: 1) and, where asked, with the peers. Inside a
 *  `repeat` each repetition counts as a round of its own. */
export type Value = number | { readonly perRound: Amount; readonly timesPeers?: true };

export type Step =
  | { readonly op: 'call'; readonly site: string; readonly times: Amount | 'callsPerRound' }
  /** One call; keeps the version that it executed in a variable, which no other task touches. */
  | { readonly op: 'call-into'; readonly site: string; readonly into: string }
  /** All writer steps of the run's publication protocol; `branch` is the site of a direct branch that it may patch. */
  | { readonly op: 'publish'; readonly site: string; readonly branch?: string }
  /** All executor steps of the protocol. Those that wait for the pointer wait for the variable `pointer`, which the scenario sets
   *  behind `publish`: to 1 in the first round, and so on. */
  | { readonly op: 'follow'; readonly site: string; readonly branch?: string }
  /** One part of the site's bytes: the first store of a patch, or the rest. */
  | { readonly op: 'store-part'; readonly site: string; readonly part: 0 | 1 }
  /** All bytes of the site's next version, and nothing else. */
  | { readonly op: 'store'; readonly site: string }
  /** A breakpoint over the first byte of a site that has room for one, and what stood there again. */
  | { readonly op: 'set-breakpoint'; readonly site: string }
  | { readonly op: 'clear-breakpoint'; readonly site: string }
  /** The kernel's part of patching behind a breakpoint: what the breakpoint stands for; every cpu serializes; done. */
  | { readonly op: 'text-poke-begin'; readonly site: string }
  | { readonly op: 'text-poke-sync'; readonly after: 'breakpoint' | 'tail' | 'first-byte' }
  | { readonly op: 'text-poke-end' }
  /** Every other cpu takes an interrupt. */
  | { readonly op: 'kick-all-cpus' }
  | { readonly op: 'clean'; readonly site: string }
  | { readonly op: 'invalidate'; readonly site: string }
  | { readonly op: 'promise'; readonly site: string }
  | { readonly op: 'serialize' }
  | { readonly op: 'set'; readonly variable: string; readonly to: Value }
  /** Loads a variable, and keeps the value in another one, which no other task touches. */
  | { readonly op: 'load'; readonly variable: string; readonly into: string }
  | { readonly op: 'add'; readonly variable: string; readonly amount: number }
  | { readonly op: 'spin'; readonly until: string; readonly atLeast: Value }
  | { readonly op: 'wait'; readonly event: string; readonly signals: Value }
  /** `shared` in a peer: the one event of that name, not the peer's own. */
  | { readonly op: 'wake'; readonly event: string; readonly shared?: true }
  /** sched_yield(): behind whoever else wants to run here. */
  | { readonly op: 'yield' }
  /** A call that does nothing in the kernel, to come back by the system call return. */
  | { readonly op: 'getpid' }
  /** Starts a task that is declared with `start: 'forked'`, on its own cpu and in its own process. */
  | { readonly op: 'fork'; readonly child: string }
  /** Goes on as the first task of another process. */
  | { readonly op: 'exec'; readonly process: string }
  | { readonly op: 'migrate'; readonly to: CpuName }
  /** The next membarrier call is moved to this cpu after it has chosen whom to interrupt. */
  | { readonly op: 'migrate-inside-membarrier'; readonly to: CpuName }
  /** A system call that polls a variable inside the kernel, and comes back by the system call return. */
  | { readonly op: 'busy-poll'; readonly until: string; readonly atLeast: Value }
  /** munmap(2) and its kind: whoever is lazy on the address space has to load it again. */
  | { readonly op: 'flush-tlb' }
  | { readonly op: 'use-mm'; readonly process: string }
  | { readonly op: 'unuse-mm' }
  | { readonly op: 'cpu-up'; readonly cpu: CpuName }
  | { readonly op: 'membarrier'; readonly command: MembarrierCommandName }
  | { readonly op: 'rounds'; readonly body: readonly Step[] }
  /** The body so many times in a row, written out; 0 leaves it out. */
  | { readonly op: 'repeat'; readonly times: Amount; readonly body: readonly Step[] };

export type CpuName = 'first' | 'second' | 'third' | 'last';

export interface TaskSpec {
  readonly name: string;
  /** A process, or 'kernel' for a kernel thread. */
  readonly process: string;
  /** A cpu, or one copy on each peer: every cpu but the first, and but the last where a task names that. */
  readonly on: CpuName | 'peers';
  /** A task with a higher one (default 0) takes the cpu from one with a lower, when that next leaves the kernel. */
  readonly priority?: number;
  /** Runs from boot on (the default), or when another task forks it. */
  readonly start?: 'boot' | 'forked';
  readonly program: readonly Step[];
}

/** A patch point of a user's own function. A `call` of its site calls the function, with all its patch points. */
export interface OwnCode {
  /** Path of a .wat or .wasm file. */
  readonly code: string;
  /** Exported function without parameters; the only exported one where left out. */
  readonly export?: string;
  /** Name of the patch point; the name of the site where left out. */
  readonly patch?: string;
}

export interface SiteSpec extends Partial<OwnCode> {
  readonly name: string;
  readonly placement: Placement | { readonly parameter: 'placement' };
  /** Make room for a breakpoint. */
  readonly breakpoint?: true;
  /** It is a direct branch to this site, from when it has been patched. */
  readonly branchesTo?: string;
}

export interface Parameter {
  readonly about: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
}

interface Situated {
  readonly name: string;
  readonly title: string;
  /** The story, in a few sentences, for people. */
  readonly story: string;
  readonly source: string;
  /** What a run may choose besides cpus, rounds and calls. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly processes: readonly string[];
  readonly sites: readonly SiteSpec[];
  readonly tasks: readonly TaskSpec[];
  /** Cpus that are not online at boot. */
  readonly offline?: readonly CpuName[];
  readonly defaults: {
    readonly arch: string;
    readonly policy: string;
    readonly protocol: string;
    readonly cpus: number;
    readonly rounds: number;
    readonly callsPerRound: number;
    readonly placement: Placement;
  };
}

/** A situation that may go wrong. */
export interface Hazard extends Situated {
  readonly kind: 'hazard';
  readonly path: ExecutionPath;
  /** Values that the variables must not all have when every task is done: the litmus test's forbidden outcome. */
  readonly forbidden?: Readonly<Record<string, number>>;
  /** Runs need not show what is wrong: only exploration can tell, and the matrix leaves the scenario out. */
  readonly judgedBy?: 'exploration';
  /** Is the process that executes the code registered for SYNC_CORE when the code is published? */
  readonly registered: 'yes' | 'no';
  /** Patches a part at a time, with executors fetching in between. */
  readonly fetchesBetweenStores?: true;
}

/** What a workload does again and again, and is measured by. */
export interface Operation {
  readonly title: string;
  /** Operations in one round of the workload, of all cpus together. */
  readonly perRound: Amount;
  /** Each peer does as many. */
  readonly timesPeers?: true;
}

/** A situation to measure. */
export interface Workload extends Situated {
  readonly kind: 'workload';
  readonly operation: Operation;
  /** A timer interrupt on every cpu so many times a second; engines in virtual time only. */
  readonly timerHz?: Amount;
}

/** A situation of a user's own: nobody has recorded what should come of it. */
export interface OwnScenario extends Situated {
  readonly kind: 'own';
  /** As of a hazard. */
  readonly forbidden?: Readonly<Record<string, number>>;
}

/** A scenario of the catalogue. */
export type KnownScenario = Hazard | Workload;

export type Scenario = KnownScenario | OwnScenario;

/** Every step of a program, those of its rounds and repeats as well. */
export function* everyStep(program: readonly Step[]): Generator<Step> {
  for (const step of program) {
    yield step;
    if ('body' in step) yield* everyStep(step.body);
  }
}

/** Does a task of it publish by the run's protocol? */
export function publishes({ tasks }: Pick<Scenario, 'tasks'>): boolean {
  return tasks.some(({ program }) => [...everyStep(program)].some(({ op }) => op === 'publish'));
}
