/** A user task and a kernel thread take turns on every cpu: each return is the lazy one of the seed. */
import type { TaskSpec, Workload } from './scenario.js';
import { COMPILE, DEFAULTS, jit, REGISTERED, SITES } from './workloadTasks.js';

const executor: TaskSpec = {
  name: 'executor',
  process: 'jit',
  on: 'peers',
  program: [
    {
      op: 'rounds',
      body: [
        {
          op: 'repeat',
          times: { parameter: 'bounces' },
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'wake', event: 'kthread-work' },
            { op: 'wait', event: 'done', signals: { perRound: 1 } },
          ],
        },
      ],
    },
  ],
};

const kworker: TaskSpec = {
  name: 'kworker',
  process: 'kernel',
  on: 'peers',
  program: [
    {
      op: 'rounds',
      body: [
        {
          op: 'repeat',
          times: { parameter: 'bounces' },
          body: [
            { op: 'wait', event: 'kthread-work', signals: { perRound: 1 } },
            { op: 'wake', event: 'done' },
          ],
        },
      ],
    },
  ],
};

export const scenario: Workload = {
  name: 'kthread-storm',
  kind: 'workload',
  title: 'every cpu goes to and fro between a thread of the JIT and a kernel thread',
  story:
    'On every cpu but the first a thread calls the code, hands work to a kernel thread and sleeps until that is done: one switch kernel thread -> user per operation finds its address space loaded. Meanwhile the first cpu compiles and patches.',
  source: 'linux-kernel, 9 November 2017: the path that membarrier_arch_mm_sync_core is on',
  parameters: {
    registered: REGISTERED,
    compile: { ...COMPILE, default: 8000 },
    bounces: { about: 'operations of a cpu per patch', default: 10, least: 1, most: 10000 },
  },
  operation: { title: 'return from the kernel thread', perRound: { parameter: 'bounces' }, timesPeers: true },
  processes: ['jit'],
  sites: SITES,
  tasks: [jit, executor, kworker],
  defaults: DEFAULTS,
};
