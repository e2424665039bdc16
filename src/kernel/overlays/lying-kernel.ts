/** A kernel that says yes, and does not do it. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'lying-kernel',
  summary: 'SYNC_CORE returns 0 and does what PRIVATE_EXPEDITED does: a memory barrier',
  source: 'no Linux; kernels that implement the commands by number, as hobby kernels and emulators do',
  over: (kernel) => ({ ...kernel, syncCoreCommand: 'memory-barrier' }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'ok',
    syncCore: 'ok',
    syncCoreOnceRegistered: 'ok',
    syncCoreSerializes: 'no',
    global: 'ok',
    flushIcache: 'ok',
  },
};
