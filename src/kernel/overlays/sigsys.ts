/** A sandbox that does not answer. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'sigsys',
  summary: 'a seccomp filter kills whoever calls membarrier(2)',
  source: 'vendor kernels of Android devices (dotnet/coreclr#24298), where even QUERY is fatal',
  over: (kernel) => ({ ...kernel, seccomp: { ...kernel.seccomp, membarrier: 'kill-process' } }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'SIGSYS',
    syncCore: 'SIGSYS',
    syncCoreOnceRegistered: 'SIGSYS',
    syncCoreSerializes: 'yes',
    global: 'SIGSYS',
    flushIcache: 'ok',
  },
};
