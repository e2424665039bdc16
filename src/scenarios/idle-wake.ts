/** Cpus that idle and are woken for a short piece of work: the idle task is a kernel thread, so each wake is a lazy return. */
import type { Workload } from './scenario.js';
import { DEFAULTS, REGISTERED, registerIfAsked, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'idle-wake',
  kind: 'workload',
  title: 'cpus that sleep and are woken for short pieces of work',
  story:
    'One thread wakes a sleeping thread on every other cpu and waits until all have called the code; after a few such rounds it patches. An idle cpu keeps the address space loaded, so each wake goes kernel thread -> user without an address-space load, and membarrier does not see the cpu.',
  source: 'request fan-out in a server; Linux kernel/sched/idle.c',
  parameters: {
    registered: REGISTERED,
    wakes: { about: 'wakes of a cpu per patch', default: 5, least: 1, most: 10000 },
  },
  operation: { title: 'wake', perRound: { parameter: 'wakes' }, timesPeers: true },
  processes: ['jit'],
  sites: SITES,
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        registerIfAsked,
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'wakes' },
              body: [
                { op: 'wake', event: 'work' },
                { op: 'wait', event: 'done', signals: { perRound: 1, timesPeers: true } },
              ],
            },
            { op: 'publish', site: 'hot' },
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
            {
              op: 'repeat',
              times: { parameter: 'wakes' },
              body: [
                { op: 'wait', event: 'work', signals: { perRound: 1 } },
                { op: 'call', site: 'hot', times: 'callsPerRound' },
                { op: 'wake', event: 'done', shared: true },
              ],
            },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
