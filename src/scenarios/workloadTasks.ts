/** What several workloads have in common: the JIT that patches while others run, and the defaults. */
import type { Parameter, Step, TaskSpec, Workload } from './scenario.js';

export const REGISTERED: Parameter = {
  about: 'is the process registered for SYNC_CORE',
  default: 1,
  least: 0,
  most: 1,
};

export const COMPILE: Parameter = {
  about: 'calls of other code between two patches',
  default: 20_000,
  least: 1,
  most: 10_000_000,
};

export const registerIfAsked: Step = {
  op: 'repeat',
  times: { parameter: 'registered' },
  body: [{ op: 'membarrier', command: 'register-sync-core' }],
};

/** Compiles for a while, in code that nobody patches, then patches `hot`; again and again, at its own pace. */
export const jit: TaskSpec = {
  name: 'jit',
  process: 'jit',
  on: 'first',
  program: [
    registerIfAsked,
    {
      op: 'rounds',
      body: [
        { op: 'call', site: 'compiler', times: { parameter: 'compile' } },
        { op: 'publish', site: 'hot' },
      ],
    },
  ],
};

export const SITES: Workload['sites'] = [
  { name: 'hot', placement: 'within-word' },
  { name: 'compiler', placement: 'within-word' },
];

export const DEFAULTS: Workload['defaults'] = {
  arch: 'x86-64',
  policy: 'mainline',
  protocol: 'sync-core',
  cpus: 2,
  rounds: 100,
  callsPerRound: 10,
  placement: 'within-word',
};
