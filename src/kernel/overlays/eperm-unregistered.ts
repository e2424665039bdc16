/** Today's kernel, and a process that did not register. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'eperm-unregistered',
  summary: 'nobody has registered the process',
  source:
    'Linux kernel/sched/membarrier.c, membarrier_private_expedited(); exec and a missing initialization look the same',
  over: (kernel) => kernel,
  registers: 'never',
  shownWith: 'sync-core',
  answers: {
    register: 'ok',
    syncCore: 'EPERM',
    syncCoreOnceRegistered: 'ok',
    syncCoreSerializes: 'yes',
    global: 'ok',
    flushIcache: 'ok',
  },
};
