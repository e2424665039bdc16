/** A deferred flag set on a task that loses the cpu again before it has been to user mode. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'flag-left-behind',
  kind: 'hazard',
  title: 'the flagged thread sleeps again, and another thread of the mm goes to user mode',
  story:
    'kernel thread -> first thread: the serialization is owed, and a per-task flag says so. But the first thread waits for ' +
    'more, and sleeps again inside the kernel; the second thread of the mm is switched in, same address space, and leaves ' +
    'by the system call return. The flag stayed with the first.',
  source:
    'linux-kernel, 9 November 2017, set_tsk_need_core_sync(): what becomes of a flag whose task loses the cpu',
  path: 'lazy-return-handed-over',
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
      name: 'first-thread',
      process: 'jit',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'first-work', signals: { perRound: 2 } },
            { op: 'wake', event: 'first-is-back' },
          ],
        },
      ],
    },
    {
      name: 'second-thread',
      process: 'jit',
      on: 'peers',
      program: [
        { op: 'call', site: 'hot', times: 'callsPerRound' },
        {
          op: 'rounds',
          body: [
            { op: 'wake', event: 'kthread-work' },
            { op: 'wait', event: 'second-work', signals: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'wake', event: 'kthread-rest' },
            { op: 'wait', event: 'first-is-back', signals: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 1 },
          ],
        },
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
            { op: 'wake', event: 'first-work' },
            { op: 'wake', event: 'second-work' },
            { op: 'wait', event: 'kthread-rest', signals: { perRound: 1 } },
            { op: 'wake', event: 'first-work' },
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
