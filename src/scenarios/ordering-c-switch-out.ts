/** Ordering scenario C, leaving: a thread that is switched out before membarrier skips its cpu. */
import { caller, FLAG_THEN_MESSAGE, ORDERING } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-c-switch-out',
  title: 'scenario C: user mode, then skipped as a kernel thread; the switch is the barrier',
  story:
    'A thread stores the message and the flag and goes to sleep. The caller sees the flag, then perhaps the idle task on that cpu, and interrupts nobody; then the switch away from the thread has to be the barrier.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario C',
  forbidden: FLAG_THEN_MESSAGE.forbidden,
  tasks: [
    caller(FLAG_THEN_MESSAGE, { last: [{ op: 'wake', event: 'done' }] }),
    {
      name: 'peer',
      process: 'app',
      on: 'second',
      program: [
        { op: 'rounds', body: FLAG_THEN_MESSAGE.peer },
        { op: 'wait', event: 'done', signals: 1 },
      ],
    },
  ],
};
