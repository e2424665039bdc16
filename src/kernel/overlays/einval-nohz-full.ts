/** A kernel from before SYNC_CORE whose grace periods do not reach every cpu. */

import type { KernelOverlay } from '../overlay.js';
import { overlay as einvalOld } from './einval-old.js';

export const overlay: KernelOverlay = {
  name: 'einval-nohz-full',
  summary: 'as einval-old, and booted with nohz_full: GLOBAL is EINVAL as well',
  source: 'Linux kernel/sched/membarrier.c, tick_nohz_full_enabled() in MEMBARRIER_CMD_GLOBAL',
  over: (kernel) => ({ ...einvalOld.over(kernel), nohzFull: true }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'EINVAL',
    syncCore: 'EINVAL',
    syncCoreOnceRegistered: 'EINVAL',
    syncCoreSerializes: 'yes',
    global: 'EINVAL',
    flushIcache: 'ok',
  },
};
