/** The seed with a second, unregistered process beside it: who pays for a serialization it never asked for? */
import { scenario as kthreadReturn } from './kthread-return.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...kthreadReturn,
  name: 'unregistered-neighbour',
  title: 'kthread-return, and an unregistered process that returns from kernel threads as well',
  story:
    'As kthread-return, and on the last cpu a process that never registered bounces between a thread of its own ' +
    'and a kernel thread. A policy that looks at the registration serializes for the JIT only.',
  source: 'linux-kernel, 9 November 2017: the flag does not replace the registration check',
  processes: ['jit', 'neighbour'],
  tasks: [
    ...kthreadReturn.tasks,
    {
      name: 'neighbour',
      process: 'neighbour',
      on: 'last',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wake', event: 'neighbour-kthread-work' },
            { op: 'wait', event: 'neighbour-work', signals: { perRound: 1 } },
          ],
        },
      ],
    },
    {
      name: 'neighbour-kworker',
      process: 'kernel',
      on: 'last',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'neighbour-kthread-work', signals: { perRound: 1 } },
            { op: 'wake', event: 'neighbour-work' },
          ],
        },
      ],
    },
  ],
  defaults: { ...kthreadReturn.defaults, cpus: 3 },
};
