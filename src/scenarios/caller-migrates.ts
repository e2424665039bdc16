/** S6: the caller of membarrier is moved to a cpu after it has chosen to interrupt that cpu. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'caller-migrates',
  kind: 'hazard',
  title: 'the caller moves to the cpu that it was about to interrupt',
  story:
    'A thread of the mm polls inside a system call. membarrier puts its cpu on the list; before the interrupts are sent ' +
    'the caller is preempted and goes on on that very cpu. "Every cpu but this one" leaves it out. The thread comes back ' +
    'later, same address space, by the system call return.',
  source:
    'Linux commit e45cdc71d1fa; "membarrier: Disable preemption when calling smp_call_function_many()", January 2018',
  path: 'caller-moves-in',
  registered: 'yes',
  processes: ['jit'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      priority: 1,
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'polling', atLeast: { perRound: 1 } },
            { op: 'migrate-inside-membarrier', to: 'second' },
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
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
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'polling', amount: 1 },
            { op: 'busy-poll', until: 'published', atLeast: { perRound: 1 } },
          ],
        },
        { op: 'call', site: 'hot', times: 'callsPerRound' },
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
