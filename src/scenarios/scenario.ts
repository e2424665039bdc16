/** A scenario: a situation that may go wrong (hazard) or is worth measuring (workload), as data.
 *
 *  It names its processes, patch sites and tasks; a task is a program. `on: 'peers'` makes one copy of a task on
 *  every cpu but the first, so the same scenario runs on two cpus or on eight. An event that a peer names is
 *  that peer's own. */

import type { Placement } from '../jit/fetchUnit.js';

export type MembarrierCommandName = 'register-sync-core' | 'sync-core' | 'register-private' | 'private';

/** A number, or one that grows with the task's round (first round: 1) and, where asked, with the peers. */
export type Value = number | { readonly perRound: number; readonly timesPeers?: true };

export type Step =
  | { readonly op: 'call'; readonly site: string; readonly times: number | 'callsPerRound' }
  /** All writer steps of the run's publication protocol. */
  | { readonly op: 'publish'; readonly site: string }
  /** One part of the site's bytes: the first store of a patch, or the rest. */
  | { readonly op: 'store-part'; readonly site: string; readonly part: 0 | 1 }
  | { readonly op: 'clean'; readonly site: string }
  | { readonly op: 'invalidate'; readonly site: string }
  | { readonly op: 'promise'; readonly site: string }
  | { readonly op: 'serialize' }
  | { readonly op: 'set'; readonly variable: string; readonly to: Value }
  | { readonly op: 'add'; readonly variable: string; readonly amount: number }
  | { readonly op: 'spin'; readonly until: string; readonly atLeast: Value }
  | { readonly op: 'wait'; readonly event: string; readonly signals: Value }
  | { readonly op: 'wake'; readonly event: string }
  /** sched_yield(): behind whoever else wants to run here. */
  | { readonly op: 'yield' }
  /** A call that does nothing in the kernel, to come back by the system call return. */
  | { readonly op: 'getpid' }
  /** Starts a task that is declared with `start: 'forked'`, on its own cpu and in its own process. */
  | { readonly op: 'fork'; readonly child: string }
  /** Goes on as the first task of another process. */
  | { readonly op: 'exec'; readonly process: string }
  | { readonly op: 'migrate'; readonly to: CpuName }
  /** munmap(2) and its kind: whoever is lazy on the address space has to load it again. */
  | { readonly op: 'flush-tlb' }
  | { readonly op: 'use-mm'; readonly process: string }
  | { readonly op: 'unuse-mm' }
  | { readonly op: 'cpu-up'; readonly cpu: CpuName }
  | { readonly op: 'membarrier'; readonly command: MembarrierCommandName }
  | { readonly op: 'rounds'; readonly body: readonly Step[] };

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

export interface SiteSpec {
  readonly name: string;
  readonly placement: Placement | { readonly parameter: 'placement' };
}

export interface Scenario {
  readonly name: string;
  readonly kind: 'hazard' | 'workload';
  readonly title: string;
  /** The story, in a few sentences, for people. */
  readonly story: string;
  readonly source: string;
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
