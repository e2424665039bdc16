/** GLOBAL_EXPEDITED misses a cpu on which another thread of the process has just exited. */
import { ORDERING, STORE_THEN_LOAD_GLOBAL } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-global-exit',
  title: 'a thread exits, and the next one there is of the same process: GLOBAL_EXPEDITED misses that cpu',
  story:
    'A process is registered for GLOBAL_EXPEDITED. One of its threads exits: exit_mm() says in rq->membarrier_state that nobody is registered. The next thread on that cpu is one of the same process; the address space stays the same, so membarrier_switch_mm() returns at once, and nobody corrects it. Another process stores x, calls GLOBAL_EXPEDITED, which skips that cpu, and loads y; the thread stores y and loads x. Nothing orders the two, in any Linux since 5.11; bench/globalExpedited.ts sees the cpu skipped on a real one.',
  source:
    'Linux kernel/exit.c, exit_mm() (5bc78502322a); kernel/sched/sched.h, membarrier_switch_mm() (227a4aadc75b)',
  processes: ['app', 'other'],
  forbidden: STORE_THEN_LOAD_GLOBAL.forbidden,
  tasks: [
    {
      name: 'leaver',
      process: 'app',
      on: 'second',
      program: [
        { op: 'membarrier', command: 'register-global-expedited' },
        { op: 'wake', event: 'peer' },
      ],
    },
    {
      name: 'caller',
      process: 'other',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [{ op: 'spin', until: 'peer runs', atLeast: 1 }, ...STORE_THEN_LOAD_GLOBAL.caller],
        },
      ],
    },
    {
      name: 'peer',
      process: 'app',
      on: 'second',
      program: [
        { op: 'wait', event: 'peer', signals: 1 },
        { op: 'rounds', body: [{ op: 'set', variable: 'peer runs', to: 1 }, ...STORE_THEN_LOAD_GLOBAL.peer] },
      ],
    },
  ],
};
