/** Everything at once, and no handshake: for exploration, which finds the schedule that goes wrong by itself. */
import type { Scenario } from './scenario.js';

export const scenario: Scenario = {
  name: 'crossroads',
  kind: 'hazard',
  title: 'a JIT, a running thread, and a cpu shared by two processes and a kernel thread; no handshakes',
  story:
    'The JIT publishes when it likes. One thread of its process stays in user mode. Another shares a cpu with a thread of ' +
    'another process, which is soon done, and with a kernel thread; they give way to each other. So that cpu goes user -> ' +
    'user, user -> kernel, and kernel -> user of another mm and of the same. Runs may or may not show a hazard here; ' +
    'exploration looks at every schedule.',
  source: 'the cases of Linux kernel/sched/core.c, context_switch(), on one cpu',
  path: 'lazy-return',
  judgedBy: 'exploration',
  registered: 'yes',
  processes: ['jit', 'other'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        { op: 'rounds', body: [{ op: 'publish', site: 'hot' }] },
      ],
    },
    {
      name: 'walker',
      process: 'jit',
      on: 'second',
      program: [
        { op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1 }, { op: 'yield' }] },
        { op: 'yield' },
        { op: 'call', site: 'hot', times: 1 },
      ],
    },
    {
      name: 'stranger',
      process: 'other',
      on: 'second',
      program: [{ op: 'getpid' }],
    },
    {
      name: 'kworker',
      process: 'kernel',
      on: 'second',
      program: [{ op: 'rounds', body: [{ op: 'yield' }] }, { op: 'yield' }],
    },
    {
      name: 'runner',
      process: 'jit',
      on: 'third',
      program: [
        { op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1 }] },
        { op: 'call', site: 'hot', times: 1 },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'sync-core',
    cpus: 3,
    rounds: 2,
    callsPerRound: 1,
    placement: 'within-word',
  },
};
