/** S8: a cpu that was offline during membarrier comes online. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'cpu-online',
  kind: 'hazard',
  title: 'a cpu that was offline during membarrier comes online',
  story:
    'A cpu that was offline during the call is not interrupted. It has never run the code, so it holds nothing old; and ' +
    'what it runs first it has to load.',
  source: 'Linux kernel/sched/membarrier.c, cpus_read_lock()',
  path: 'never-ran-it',
  registered: 'yes',
  processes: ['jit'],
  offline: ['second'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        { op: 'rounds', body: [{ op: 'publish', site: 'hot' }] },
        { op: 'set', variable: 'published', to: 1 },
      ],
    },
    {
      name: 'onliner',
      process: 'jit',
      on: 'third',
      program: [
        { op: 'spin', until: 'published', atLeast: 1 },
        { op: 'cpu-up', cpu: 'second' },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'second',
      program: [{ op: 'call', site: 'hot', times: 'callsPerRound' }],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'sync-core',
    cpus: 3,
    rounds: 100,
    callsPerRound: 4,
    placement: 'within-word',
  },
};
