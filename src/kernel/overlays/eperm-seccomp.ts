/** A sandbox that denies the call. A JIT cannot tell its EPERM from that of a process that is not registered. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'eperm-seccomp',
  summary: 'a seccomp filter answers membarrier(2) with EPERM, registered or not',
  source: "Docker's default profile before March 2020 (moby/moby#40731)",
  over: (kernel) => ({ ...kernel, seccomp: { ...kernel.seccomp, membarrier: 'EPERM' } }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'EPERM',
    syncCore: 'EPERM',
    syncCoreOnceRegistered: 'EPERM',
    syncCoreSerializes: 'yes',
    global: 'EPERM',
    flushIcache: 'ok',
  },
};
