/** Ordering scenario E, leaving: a kernel thread that gives the address space back before membarrier skips its cpu. */
import { caller, FLAG_THEN_MESSAGE, GIVE_BACK, LENDER, ORDERING } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-e-unuse-mm',
  title: 'scenario E: kthread_unuse_mm(), then skipped as a kernel thread',
  story:
    'A kernel thread that has taken the address space stores the message and the flag, and gives it back. The caller sees the flag, then perhaps a task without an address space there, and interrupts nobody; then kthread_unuse_mm() has to be the barrier.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario E',
  forbidden: FLAG_THEN_MESSAGE.forbidden,
  tasks: [
    caller(FLAG_THEN_MESSAGE, { last: GIVE_BACK }),
    LENDER,
    {
      name: 'kworker',
      process: 'kernel',
      on: 'second',
      program: [
        { op: 'use-mm', process: 'app' },
        { op: 'rounds', body: [...FLAG_THEN_MESSAGE.peer, { op: 'unuse-mm' }] },
      ],
    },
  ],
};
