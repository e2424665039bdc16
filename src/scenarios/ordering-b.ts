/** Ordering scenario B: what the interrupted cpu did before the interrupt is visible after membarrier. */
import { caller, FLAG_THEN_MESSAGE, ORDERING } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-b',
  title: 'scenario B: load flag; membarrier; load message, beside two stores in user mode',
  story:
    'The caller loads a flag, calls membarrier and loads the message. A thread that runs all the while stores the message and then the flag, with nothing but the program order between. Whoever saw the flag sees the message.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario B',
  forbidden: FLAG_THEN_MESSAGE.forbidden,
  tasks: [
    caller(FLAG_THEN_MESSAGE),
    { name: 'peer', process: 'app', on: 'second', program: [{ op: 'rounds', body: FLAG_THEN_MESSAGE.peer }] },
  ],
};
