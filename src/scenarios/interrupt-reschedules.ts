/** S5: the interrupt of membarrier hits one thread, and returns through schedule() to another. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'interrupt-reschedules',
  kind: 'hazard',
  title: 'the interrupt hits one thread and returns through schedule() to another',
  story:
    'A thread of the mm runs in user mode; another one, of higher priority, has been woken and waits for the next chance ' +
    'to run. The interrupt of membarrier is that chance: on the way out the cpu is rescheduled, and the other thread, ' +
    'which had been in a system call, leaves by the system call return. The interrupt return never happens.',
  source: 'Linux commits 758c9373d841 and a493d1ca1a03, December 2020',
  path: 'interrupted-then-other-thread',
  registered: 'yes',
  processes: ['jit'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'in-user-mode', atLeast: { perRound: 1, timesPeers: true } },
            { op: 'wake', event: 'urgent-work' },
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
            { op: 'spin', until: 'called', atLeast: { perRound: 1, timesPeers: true } },
          ],
        },
      ],
    },
    {
      name: 'urgent',
      process: 'jit',
      on: 'peers',
      priority: 1,
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'urgent-work', signals: { perRound: 1 } },
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'in-user-mode', amount: 1 },
            { op: 'spin', until: 'called', atLeast: { perRound: 1, timesPeers: true } },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'sync-core',
    cpus: 2,
    rounds: 1000,
    callsPerRound: 4,
    placement: 'within-word',
  },
};
