/** A scenario: a situation that may go wrong (hazard) or is worth measuring (workload), as data.
 *
 *  It names its processes, patch sites and tasks; a task is a program. `on: 'peers'` makes one copy of a task on
 *  every cpu but the first, so the same scenario runs on two cpus or on eight. An event that a peer names is
 *  that peer's own. */

import type { Placement } from '../jit/fetchUnit.js';

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
  | { readonly op: 'membarrier'; readonly command: 'register-sync-core' | 'sync-core' }
  | { readonly op: 'rounds'; readonly body: readonly Step[] };

export interface TaskSpec {
  readonly name: string;
  /** A process, or 'kernel' for a kernel thread. */
  readonly process: string;
  /** The cpu of the JIT, one copy on each peer, or the last cpu, which is no peer then. */
  readonly on: 'first' | 'peers' | 'last';
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
