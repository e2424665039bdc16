/** Ordering scenario D: a thread that exits before membarrier skips its cpu. */
import { caller, FLAG_THEN_MESSAGE, ORDERING } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-d',
  title: 'scenario D: user mode, then exit_mm(); skipped because the task has no mm',
  story:
    'A thread stores the message and the flag and exits. The caller sees the flag, then perhaps a task without an address space on that cpu, and interrupts nobody; then exit_mm() has to be the barrier.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario D',
  forbidden: FLAG_THEN_MESSAGE.forbidden,
  tasks: [
    caller(FLAG_THEN_MESSAGE),
    { name: 'peer', process: 'app', on: 'second', program: [{ op: 'rounds', body: FLAG_THEN_MESSAGE.peer }] },
  ],
};
