/** GLOBAL_EXPEDITED misses a cpu that had borrowed the address space while it was registered. */
import { ORDERING, STORE_THEN_LOAD_GLOBAL } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-global-lazy',
  title: 'registered for GLOBAL_EXPEDITED while a cpu idles on the address space: that cpu is missed',
  story:
    'A thread sleeps; its cpu idles, and still has the address space. Another thread registers it for GLOBAL_EXPEDITED. Only cpus that run one of its threads are told, and this one runs none; when it goes back to its thread, the address space stays the same, and membarrier_switch_mm() does not look. Another process stores x, calls GLOBAL_EXPEDITED, which skips that cpu, and loads y; the thread stores y and loads x. Nothing orders the two, in any Linux since 5.4.',
  source:
    'Linux kernel/sched/sched.h, membarrier_switch_mm(); kernel/sched/membarrier.c, sync_runqueues_membarrier_state() (227a4aadc75b)',
  processes: ['app', 'other'],
  forbidden: STORE_THEN_LOAD_GLOBAL.forbidden,
  tasks: [
    {
      name: 'owner',
      process: 'app',
      on: 'first',
      program: [
        { op: 'spin', until: 'peer sleeps', atLeast: 1 },
        {
          op: 'rounds',
          body: [
            { op: 'membarrier', command: 'register-global-expedited' },
            { op: 'wake', event: 'peer' },
            { op: 'wake', event: 'caller' },
            { op: 'wait', event: 'end', signals: 1 },
          ],
        },
      ],
    },
    {
      name: 'caller',
      process: 'other',
      on: 'first',
      program: [
        { op: 'wait', event: 'caller', signals: 1 },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'peer runs', atLeast: 1 },
            ...STORE_THEN_LOAD_GLOBAL.caller,
            { op: 'wake', event: 'end' },
          ],
        },
      ],
    },
    {
      name: 'peer',
      process: 'app',
      on: 'second',
      program: [
        { op: 'set', variable: 'peer sleeps', to: 1 },
        { op: 'wait', event: 'peer', signals: 1 },
        { op: 'rounds', body: [{ op: 'set', variable: 'peer runs', to: 1 }, ...STORE_THEN_LOAD_GLOBAL.peer] },
      ],
    },
  ],
};
