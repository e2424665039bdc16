/** S7: a thread patches code itself, is moved to another cpu, and runs it there. No membarrier at all. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'writer-migrates',
  kind: 'hazard',
  title: 'a thread patches code, is moved to another cpu, and runs it there',
  story:
    'The 2017 migration bug. One thread patches and promises to itself; then it is moved to a cpu on which another thread ' +
    'of the mm has run the old code and is in a system call. Same address space, system call return, nothing serializes. ' +
    'No kernel covers this; the flag of 2017 was meant to.',
  source:
    'linux-kernel, November 2017: "fix an existing core serialization bug on thread migration"; never merged',
  path: 'thread-moves-in',
  registered: 'yes',
  processes: ['jit'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'writer',
      process: 'jit',
      on: 'first',
      priority: 1,
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'polling', atLeast: { perRound: 1 } },
            { op: 'publish', site: 'hot' },
            { op: 'migrate', to: 'second' },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'set', variable: 'called', to: { perRound: 1 } },
            { op: 'migrate', to: 'first' },
          ],
        },
      ],
    },
    {
      name: 'poller',
      process: 'jit',
      on: 'second',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call', site: 'hot', times: 1 },
            { op: 'add', variable: 'polling', amount: 1 },
            { op: 'busy-poll', until: 'called', atLeast: { perRound: 1 } },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 1000,
    callsPerRound: 4,
    placement: 'within-word',
  },
};
