/** A peer that is in user mode all the time, and a JIT that only flushes. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'running-peer',
  kind: 'hazard',
  title: 'a peer in user mode all the time, no barrier',
  story:
    'The executor never enters the kernel. The JIT stores, flushes and publishes; the executor learns of it through ' +
    'memory and calls. What it decoded before the patch is still what it runs: no policy of the kernel helps, ' +
    'because the kernel is not asked.',
  source:
    'Intel SDM vol. 3A "Handling Self- and Cross-Modifying Code"; Arm ARM "context synchronization event"',
  path: 'stays-in-user-mode',
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
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
            { op: 'spin', until: 'called', atLeast: { perRound: 1, timesPeers: true } },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [
        { op: 'call', site: 'hot', times: 1 },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'registered',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 1000,
    callsPerRound: 16,
    placement: 'within-word',
  },
};
