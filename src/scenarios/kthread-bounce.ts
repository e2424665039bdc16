/** Switched in and asleep again before user mode: the case in which a deferred serialization pays. */
import { scenario as kthreadReturn } from './kthread-return.js';
import type { Hazard, TaskSpec } from './scenario.js';

const SIGNALS_PER_ROUND = 4;

/** As in kthread-return, but the executor waits for four signals, and is switched in for each. */
const executor: TaskSpec = {
  name: 'executor',
  process: 'jit',
  on: 'peers',
  program: [
    {
      op: 'rounds',
      body: [
        { op: 'call', site: 'hot', times: 'callsPerRound' },
        { op: 'wake', event: 'kthread-work' },
        { op: 'wait', event: 'executor-work', signals: { perRound: SIGNALS_PER_ROUND } },
      ],
    },
    { op: 'call', site: 'hot', times: 'callsPerRound' },
  ],
};

/** Wakes the executor once, and sleeps until the executor's cpu has seen that there is more to wait for. */
const kworker: TaskSpec = {
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
        ...Array.from({ length: SIGNALS_PER_ROUND }).flatMap(
          () => [{ op: 'wake', event: 'executor-work' }, { op: 'yield' }] as const,
        ),
      ],
    },
  ],
};

export const scenario: Hazard = {
  ...kthreadReturn,
  name: 'kthread-bounce',
  title: 'kthread-return, with a thread that is switched in and sleeps again before it returns to user mode',
  story:
    'As kthread-return, but the executor waits for four signals: each one switches it in from the kernel thread, it ' +
    'finds that it has to wait on, and sleeps again inside the kernel. Serializing at once does so four times per ' +
    'return to user mode; a flag that is honoured on the way out does so once.',
  source:
    'linux-kernel, 9 November 2017: TIF_NEED_CORE_SYNC as an optimisation over calling sync_core() at once',
  tasks: [kthreadReturn.tasks[0]!, executor, kworker],
};
