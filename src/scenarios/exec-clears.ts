/** exec drops the registration: kthread-return in a program that was exec()ed by a registered one. */
import { scenario as kthreadReturn } from './kthread-return.js';
import type { Hazard, TaskSpec } from './scenario.js';

const [jit, executor, kworker] = [...kthreadReturn.tasks].map(
  (task) => ({ ...task, on: task.on === 'peers' ? 'second' : task.on }) as const,
) as [TaskSpec, TaskSpec, TaskSpec];

export const scenario: Hazard = {
  ...kthreadReturn,
  name: 'exec-clears',
  title: 'kthread-return after exec, by which the registration is gone',
  story:
    'A process registers and calls exec. The new address space starts without registration; the new program takes it for ' +
    'granted, calls membarrier, and does not look at EPERM.',
  source: 'Linux kernel/sched/membarrier.c, membarrier_exec_mmap()',
  registered: 'no',
  processes: ['launcher', 'jit'],
  tasks: [
    {
      ...jit,
      process: 'launcher',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        { op: 'exec', process: 'jit' },
        { op: 'fork', child: 'executor' },
        ...jit.program.slice(1),
      ],
    },
    { ...executor, start: 'forked' },
    kworker,
  ],
};
