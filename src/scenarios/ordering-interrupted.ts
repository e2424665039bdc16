/** Ordering scenario A where membarrier has to interrupt, because nobody leaves the address space. */
import { caller, GIVE_BACK, LENDER, ORDERING, STORE_THEN_LOAD } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-interrupted',
  title: 'scenario A beside a third thread: an interrupt is all that orders',
  story:
    'The caller stores x, calls membarrier and loads y, while a thread in user mode stores y and loads x. A third thread of the address space sleeps all the while, so membarrier is never let off for want of others, and interrupts whoever runs.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario A',
  forbidden: STORE_THEN_LOAD.forbidden,
  tasks: [
    caller(STORE_THEN_LOAD, { last: GIVE_BACK }),
    LENDER,
    { name: 'peer', process: 'app', on: 'second', program: [{ op: 'rounds', body: STORE_THEN_LOAD.peer }] },
  ],
};
