/** A server with many processes, one of which is a JIT on two cpus: what the others pay for it. */
import type { Workload } from './scenario.js';
import { COMPILE, DEFAULTS, jit, REGISTERED, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'mixed-server',
  kind: 'workload',
  title: 'a busy server on which one process of several is a JIT',
  story:
    'A JIT process has its compiler on the first cpu and one executor on the second. Every cpu but the first serves requests in two other processes, which hand work to each other, so address spaces change all the time. The other cpus never run the JIT.',
  source: 'a host with one managed runtime among native services',
  parameters: {
    registered: REGISTERED,
    compile: { ...COMPILE, default: 6000 },
    requests: { about: 'requests of a cpu per patch', default: 10, least: 1, most: 10000 },
  },
  operation: { title: 'request', perRound: { parameter: 'requests' }, timesPeers: true },
  processes: ['jit', 'web', 'database'],
  sites: [...SITES, { name: 'service', placement: 'within-word' }],
  tasks: [
    jit,
    {
      name: 'executor',
      process: 'jit',
      on: 'second',
      program: [
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'requests' },
              body: [{ op: 'call', site: 'hot', times: 'callsPerRound' }, { op: 'yield' }],
            },
          ],
        },
      ],
    },
    {
      name: 'web',
      process: 'web',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'requests' },
              body: [
                { op: 'call', site: 'service', times: 'callsPerRound' },
                { op: 'wake', event: 'query' },
                { op: 'wait', event: 'row', signals: { perRound: 1 } },
              ],
            },
          ],
        },
      ],
    },
    {
      name: 'database',
      process: 'database',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'requests' },
              body: [
                { op: 'wait', event: 'query', signals: { perRound: 1 } },
                { op: 'call', site: 'service', times: 'callsPerRound' },
                { op: 'wake', event: 'row' },
              ],
            },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
