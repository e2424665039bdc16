/** A sandbox that denies the flush, which nobody notices: __builtin___clear_cache() returns nothing. */
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'flush-icache-denied',
  summary: 'a seccomp filter answers riscv_flush_icache(2) with EPERM',
  source: 'Docker on riscv64 (moby/moby#48454); openjdk/jdk pull request 14670',
  over: (kernel) => ({ ...kernel, seccomp: { ...kernel.seccomp, flushIcache: 'EPERM' } }),
  registers: 'as-programmed',
  shownWith: 'flush-then-pointer',
  answers: {
    register: 'ok',
    syncCore: 'ok',
    syncCoreOnceRegistered: 'ok',
    syncCoreSerializes: 'yes',
    global: 'ok',
    flushIcache: 'EPERM',
  },
};
