/** The seed: kernel thread -> user thread on the same address space, and nothing serializes. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'kthread-return',
  kind: 'hazard',
  title: 'kernel thread -> user thread of the mm that is still loaded',
  story:
    'An executor sleeps and its cpu runs a kernel thread, lazily on the same address space. Now the JIT patches ' +
    'and calls membarrier: the cpu runs no thread of the mm, so it is not interrupted. Then the executor is ' +
    'switched in, finds its address space loaded (no CR3 write), and leaves by SYSRET.',
  source:
    'linux-kernel, 9 November 2017, Desnoyers and Lutomirski on membarrier_arch_mm_sync_core; commit 70216e18e519',
  path: 'lazy-return',
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
            { op: 'spin', until: 'borrowed', atLeast: { perRound: 1, timesPeers: true } },
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
            { op: 'wake', event: 'kthread-work' },
            { op: 'wait', event: 'executor-work', signals: { perRound: 1 } },
          ],
        },
        { op: 'call', site: 'hot', times: 'callsPerRound' },
      ],
    },
    {
      name: 'kworker',
      process: 'kernel',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'kthread-work', signals: { perRound: 1 } },
            { op: 'add', variable: 'borrowed', amount: 1 },
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'wake', event: 'executor-work' },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'registered',
    protocol: 'sync-core',
    cpus: 2,
    rounds: 1000,
    callsPerRound: 16,
    placement: 'within-word',
  },
};
