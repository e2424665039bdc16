/** A thread that is switched in several times before it returns to user mode: where deferring can pay. */
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
          times: { parameter: 'returns' },
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'wake', event: 'kthread-work' },
            { op: 'wait', event: 'done', signals: { perRound: { parameter: 'switches' } } },
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
          times: { parameter: 'returns' },
          body: [
            { op: 'wait', event: 'kthread-work', signals: { perRound: 1 } },
            {
              op: 'repeat',
              times: { parameter: 'switches' },
              body: [{ op: 'wake', event: 'done' }, { op: 'yield' }],
            },
          ],
        },
      ],
    },
  ],
};

export const scenario: Workload = {
  name: 'kthread-bounce-load',
  kind: 'workload',
  title: 'a thread that a kernel thread wakes several times before it can return to user mode',
  story:
    'As kthread-storm, but the thread waits for several signals: each one switches it in, it finds that it has to wait on, and sleeps again inside the kernel. Serializing at once does so for each of these switches, a flag that is honoured on the way out once.',
  source:
    'linux-kernel, 9 November 2017: TIF_NEED_CORE_SYNC as an optimisation over calling sync_core() at once',
  parameters: {
    registered: REGISTERED,
    compile: { ...COMPILE, default: 12_000 },
    switches: { about: 'switches to the thread per return to user mode', default: 4, least: 1, most: 64 },
    returns: { about: 'returns to user mode of a cpu per patch', default: 5, least: 1, most: 10000 },
  },
  operation: { title: 'return to user mode', perRound: { parameter: 'returns' }, timesPeers: true },
  processes: ['jit'],
  sites: SITES,
  tasks: [jit, executor, kworker],
  defaults: DEFAULTS,
};
