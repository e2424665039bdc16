/** A kernel from before SYNC_CORE. */
import { CMD_GLOBAL, CMD_PRIVATE_EXPEDITED, CMD_REGISTER_PRIVATE_EXPEDITED } from '../membarrierCommands.js';
import type { KernelOverlay } from '../overlay.js';

export const overlay: KernelOverlay = {
  name: 'einval-old',
  summary: 'GLOBAL and PRIVATE_EXPEDITED only: SYNC_CORE is an unknown command',
  source: 'Linux 4.14 and 4.15 (bytecodealliance/wasmtime#4972); OSv',
  over: (kernel) => ({
    ...kernel,
    commands: CMD_GLOBAL | CMD_PRIVATE_EXPEDITED | CMD_REGISTER_PRIVATE_EXPEDITED,
  }),
  registers: 'as-programmed',
  shownWith: 'sync-core',
  answers: {
    register: 'EINVAL',
    syncCore: 'EINVAL',
    syncCoreOnceRegistered: 'EINVAL',
    syncCoreSerializes: 'yes',
    global: 'ok',
    flushIcache: 'ok',
  },
};
