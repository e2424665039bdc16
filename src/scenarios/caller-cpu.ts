/** S4: another thread of the mm replaces the caller of membarrier on the caller's own cpu. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'caller-cpu',
  kind: 'hazard',
  title: "another thread replaces the caller on the caller's own cpu",
  story:
    'The JIT and an executor share a cpu. The executor has run the old code there. The JIT patches, calls membarrier ' +
    'and sleeps; the executor is switched in: same address space, system call return. Only a serialization of the ' +
    "caller's own cpu can have helped. Stores go through a second mapping, so the cpu does not notice them by itself.",
  source: 'Linux commit e45cdc71d1fa, "membarrier: Execute SYNC_CORE on the calling thread"',
  path: 'caller-cpu',
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
            { op: 'wait', event: 'jit-work', signals: { perRound: 1 } },
            { op: 'publish', site: 'hot' },
            { op: 'wake', event: 'executor-work' },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'wake', event: 'jit-work' },
            { op: 'wait', event: 'executor-work', signals: { perRound: 1 } },
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
