/** Many system calls and seldom a patch: what a policy costs those who do not need it now. */
import type { Workload } from './scenario.js';
import { COMPILE, DEFAULTS, jit, REGISTERED, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'static-key-toggle',
  kind: 'workload',
  title: 'many short system calls, and seldom a patch',
  story:
    'Every cpu but the first makes short system calls and calls the code in between; the first patches now and then, as one turns a rarely changed switch in code. What the exit path costs shows here.',
  source: 'user-space static keys; Linux include/linux/jump_label.h for the idea',
  parameters: {
    registered: REGISTERED,
    compile: { ...COMPILE, default: 12_000 },
    syscalls: { about: 'system calls of a cpu per patch', default: 200, least: 1, most: 10000 },
  },
  operation: { title: 'system call', perRound: { parameter: 'syscalls' }, timesPeers: true },
  processes: ['jit'],
  sites: SITES,
  tasks: [
    jit,
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'syscalls' },
              body: [{ op: 'getpid' }, { op: 'call', site: 'hot', times: 'callsPerRound' }],
            },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
