/** Ordering scenario E, entering: a kernel thread that takes the address space after membarrier has skipped its cpu. */
import { caller, GIVE_BACK, LENDER, ORDERING, STORE_THEN_LOAD } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-e-use-mm',
  title: 'scenario E: skipped as a kernel thread, then kthread_use_mm()',
  story:
    'A kernel thread takes the address space and goes on as the thread of scenario A does. The caller may still see a task without an address space there, and interrupts nobody; then kthread_use_mm() has to be the barrier.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario E',
  forbidden: STORE_THEN_LOAD.forbidden,
  tasks: [
    caller(STORE_THEN_LOAD, { last: GIVE_BACK }),
    { ...LENDER, on: 'second' },
    {
      name: 'kworker',
      process: 'kernel',
      on: 'second',
      program: [{ op: 'rounds', body: [{ op: 'use-mm', process: 'app' }, ...STORE_THEN_LOAD.peer] }],
    },
  ],
};
