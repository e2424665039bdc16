/** A child inherits the registration of its parent: kthread-return in a forked process. */
import { scenario as kthreadReturn } from './kthread-return.js';
import type { Hazard, TaskSpec } from './scenario.js';

const [jit, executor, kworker] = [...kthreadReturn.tasks].map(
  (task) => ({ ...task, on: task.on === 'peers' ? 'second' : task.on }) as const,
) as [TaskSpec, TaskSpec, TaskSpec];

export const scenario: Hazard = {
  ...kthreadReturn,
  name: 'fork-inherit',
  title: 'kthread-return in a forked child, whose parent registered',
  story:
    'A parent registers and forks. The child is a process of its own with a copy of the registration: its membarrier ' +
    'calls work, and the scheduler serializes for it, although it never registered.',
  source: 'Linux kernel/fork.c, dup_mm(): the structure is copied; membarrier has no fork hook',
  processes: ['parent', 'jit'],
  tasks: [
    {
      name: 'parent',
      process: 'parent',
      on: 'first',
      program: [
        { op: 'membarrier', command: 'register-sync-core' },
        { op: 'fork', child: 'jit' },
      ],
    },
    {
      ...jit,
      start: 'forked',
      program: [{ op: 'fork', child: 'executor' }, ...jit.program.slice(1)],
    },
    { ...executor, start: 'forked' },
    kworker,
  ],
};
