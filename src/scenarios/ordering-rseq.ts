/** Ordering scenario A with the command for restartable sequences. */
import { caller, GIVE_BACK, LENDER, ORDERING, STORE_THEN_LOAD_RSEQ } from './membarrierOrdering.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...ORDERING,
  name: 'ordering-rseq',
  title: 'scenario A with the RSEQ command, beside a third thread',
  story:
    'As ordering-interrupted, with the command that restarts critical sections. Its handler had no barrier of its own until 5.10, and relied on what an interrupt does anyway.',
  source: 'Linux kernel/sched/membarrier.c, ordering scenario A; 2ecedd756908',
  forbidden: STORE_THEN_LOAD_RSEQ.forbidden,
  tasks: [
    caller(STORE_THEN_LOAD_RSEQ, { last: GIVE_BACK, registers: 'register-rseq' }),
    LENDER,
    {
      name: 'peer',
      process: 'app',
      on: 'second',
      program: [{ op: 'rounds', body: STORE_THEN_LOAD_RSEQ.peer }],
    },
  ],
};
