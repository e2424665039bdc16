/** The seed in a process that never registered: membarrier says EPERM, and the JIT does not look. */
import { scenario as kthreadReturn } from './kthread-return.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...kthreadReturn,
  name: 'unregistered',
  title: 'kthread-return in a process that never registered',
  story:
    'As kthread-return, but nobody called REGISTER. Every membarrier call returns EPERM and interrupts nobody, the ' +
    'scheduler owes the process nothing, and the JIT publishes all the same.',
  source:
    'Linux membarrier(2), EPERM; linux-kernel, 9 November 2017: the flag does not replace the registration check',
  registered: 'no',
  tasks: [
    { ...kthreadReturn.tasks[0]!, program: kthreadReturn.tasks[0]!.program.slice(1) },
    ...kthreadReturn.tasks.slice(1),
  ],
};
