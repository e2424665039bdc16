/** Ordering scenario C, entering: a thread that is switched in after membarrier has skipped its cpu. */
import { caller, ORDERING, STORE_THEN_LOAD } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-c-switch-in',
  title: 'scenario C: skipped as a kernel thread, then user mode; the switch is the barrier',
  story:
    'The caller wakes a thread on another cpu, which idles on the address space, and goes on as in scenario A. It may see the idle task there and interrupt nobody; then the switch to the thread has to be the barrier.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario C',
  forbidden: STORE_THEN_LOAD.forbidden,
  tasks: [
    caller(STORE_THEN_LOAD, { first: [{ op: 'wake', event: 'go' }] }),
    {
      name: 'peer',
      process: 'app',
      on: 'second',
      program: [{ op: 'wait', event: 'go', signals: 1 }, ...STORE_THEN_LOAD.peer],
    },
  ],
};
