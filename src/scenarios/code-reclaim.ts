/** Code memory is given back and used again: a barrier before the reuse, and one after it. */
import type { Workload } from './scenario.js';
import { COMPILE, DEFAULTS, REGISTERED, registerIfAsked, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'code-reclaim',
  kind: 'workload',
  title: 'code memory is freed and used for other code',
  story:
    'The first cpu patches a call away from a piece of code, makes sure with a barrier that nobody is in it, writes new code there and publishes that. The others call both all the time, with a system call in between.',
  source: 'reclaiming code pages in a JIT; Wasmtime and HotSpot code cache sweeping',
  parameters: {
    registered: REGISTERED,
    compile: { ...COMPILE, default: 4000 },
    calls: { about: 'pairs of calls of a cpu per reclaimed piece', default: 50, least: 1, most: 10000 },
  },
  operation: { title: 'reclaimed piece', perRound: 1 },
  processes: ['jit'],
  sites: [...SITES, { name: 'reused', placement: 'within-word' }],
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
            { op: 'call', site: 'compiler', times: { parameter: 'compile' } },
            { op: 'publish', site: 'hot' },
            { op: 'publish', site: 'reused' },
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
              times: { parameter: 'calls' },
              body: [
                { op: 'call', site: 'hot', times: 'callsPerRound' },
                { op: 'getpid' },
                { op: 'call', site: 'reused', times: 'callsPerRound' },
              ],
            },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
