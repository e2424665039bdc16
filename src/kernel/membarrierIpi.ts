/** What a cpu does when membarrier interrupts it.
 *
 *  Source: Linux kernel/sched/membarrier.c, ipi_mb(), ipi_sync_core(). */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';

/** ipi_sync_core(). */
export function* ipiSyncCore(c: Cpu): Routine {
  // (ipi-sync-core-mb) pairs with (membarrier-exit) in membarrier.ts.
  yield c.fence(POINT.ipiSyncCoreBarrier);
  // (ipi-sync-core) pairs with (membarrier-call) in membarrier.ts: done before the caller goes on.
  yield* syncCoreBeforeUsermode(c, c.get(c.kernel.task.activeMm(c.current)), POINT.ipiSyncCore);
}
