/** No membarrier(2) at all. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'enosys',
  summary: 'there is no membarrier(2)',
  source: 'Linux before 4.3, or without CONFIG_MEMBARRIER; gVisor (google/gvisor#267)',
  over: (kernel) => ({ ...kernel, membarrier: false }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'ENOSYS',
    syncCore: 'ENOSYS',
    syncCoreOnceRegistered: 'ENOSYS',
    syncCoreSerializes: 'yes',
    global: 'ENOSYS',
    flushIcache: 'ok',
  },
};
