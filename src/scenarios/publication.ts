/** A JIT publishes, and executors find out: the two sides of a publication protocol, and nothing else. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'publication',
  kind: 'hazard',
  title: 'a writer publishes new code at an address that an executor has run before, as the protocol says',
  story:
    'The executor has run the old code and stays in user mode. The writer takes its steps of the publication protocol, the ' +
    'executor its own: it learns of the new code through a pointer, a branch or a handshake, and goes there. Whoever has ' +
    'learned of the new code must execute it.',
  source: 'the protocols of src/jit/protocols, each with its own source',
  path: 'stays-in-user-mode',
  registered: 'yes',
  processes: ['jit'],
  sites: [
    { name: 'hot', placement: { parameter: 'placement' } },
    { name: 'branch', placement: 'within-word', branchesTo: 'hot' },
  ],
  tasks: [
    {
      name: 'writer',
      process: 'jit',
      on: 'first',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        { op: 'membarrier', command: 'register-private' },
        {
          op: 'rounds',
          body: [
            { op: 'publish', site: 'hot', branch: 'branch' },
            { op: 'set', variable: 'pointer', to: { perRound: 1 } },
            { op: 'spin', until: 'followed', atLeast: { perRound: 1, timesPeers: true } },
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
            { op: 'follow', site: 'hot', branch: 'branch' },
            { op: 'add', variable: 'followed', amount: 1 },
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
