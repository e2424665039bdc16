/** Ordering scenario A: stores before membarrier are visible to whoever was interrupted by it. */
import { caller, ORDERING, STORE_THEN_LOAD } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-a',
  title: 'scenario A: store; membarrier; load, beside store; load in user mode',
  story:
    'The caller stores x, calls membarrier and loads y. A thread that runs all the while stores y and loads x, with nothing but the program order between. One of them sees the store of the other.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario A',
  forbidden: STORE_THEN_LOAD.forbidden,
  tasks: [
    caller(STORE_THEN_LOAD),
    { name: 'peer', process: 'app', on: 'second', program: [{ op: 'rounds', body: STORE_THEN_LOAD.peer }] },
  ],
};
