/** A site that one store cannot cover: an executor fetches between the two stores. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'torn-patch',
  kind: 'hazard',
  title: 'a patch site across an 8-byte word, and a fetch between its two stores',
  story:
    'The bytes of the site lie across an aligned word, so the JIT needs two stores. An executor that serializes and ' +
    'fetches between them runs half of the old and half of the new code. Inside one word there is one store, and ' +
    'nothing in between.',
  source: 'Intel SDM vol. 3A "Guaranteed Atomic Operations"; JDK-8340313',
  path: 'serializes-itself',
  registered: 'no',
  fetchesBetweenStores: true,
  processes: ['jit'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'store-part', site: 'hot', part: 0 },
            { op: 'clean', site: 'hot' },
            { op: 'invalidate', site: 'hot' },
            { op: 'set', variable: 'half', to: { perRound: 1 } },
            { op: 'spin', until: 'called-at-half', atLeast: { perRound: 1, timesPeers: true } },
            { op: 'store-part', site: 'hot', part: 1 },
            { op: 'clean', site: 'hot' },
            { op: 'invalidate', site: 'hot' },
            { op: 'promise', site: 'hot' },
            { op: 'set', variable: 'whole', to: { perRound: 1 } },
            { op: 'spin', until: 'called-at-whole', atLeast: { perRound: 1, timesPeers: true } },
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
            { op: 'spin', until: 'half', atLeast: { perRound: 1 } },
            { op: 'serialize' },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called-at-half', amount: 1 },
            { op: 'spin', until: 'whole', atLeast: { perRound: 1 } },
            { op: 'serialize' },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called-at-whole', amount: 1 },
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
    placement: 'across-word',
  },
};
