/** S3: the cpu runs another process during the scan, and comes back to the mm by the system call return. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'other-mm',
  kind: 'hazard',
  title: 'a cpu that ran another process during the scan comes back',
  story:
    'The executor sleeps and its cpu runs a thread of another process, in user mode. membarrier skips the cpu. Then the ' +
    'executor is switched in: its address space has to be loaded, and goes on by the system call return.',
  source: 'Linux kernel/sched/membarrier.c; arch/x86/mm/tlb.c, the comment at load_new_mm_cr3()',
  path: 'other-mm',
  registered: 'yes',
  processes: ['jit', 'other'],
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
            { op: 'spin', until: 'others-running', atLeast: { perRound: 1, timesPeers: true } },
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
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
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'wake', event: 'other-work' },
            { op: 'wait', event: 'executor-work', signals: { perRound: 1 } },
          ],
        },
        { op: 'call', site: 'hot', times: 'callsPerRound' },
      ],
    },
    {
      name: 'other',
      process: 'other',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'other-work', signals: { perRound: 1 } },
            { op: 'add', variable: 'others-running', amount: 1 },
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'wake', event: 'executor-work' },
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
