/** What a cpu does when membarrier interrupts it.
 *
 *  Source: Linux kernel/sched/membarrier.c, ipi_mb(), ipi_sync_core(), ipi_rseq(), ipi_sync_rq_state(). */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { membarrierUpdateRunQueue } from './membarrierMm.js';
import { POINT } from './orderingPoints.js';
import { syncCoreBeforeUsermode } from './syncCoreBeforeUsermode.js';

export function* ipiMb(c: Cpu): Routine {
  // (ipi-mb) pairs with (membarrier-entry) and (membarrier-exit) in membarrier.ts: what the caller stored before is seen behind
  // it, and what was stored here in front of it is seen by the caller.
  yield c.fence(POINT.ipiMb);
}

/** ipi_sync_core(). Before 5.10 it was ipi_mb(), and the interrupt return was trusted to serialize. */
export function* ipiSyncCore(c: Cpu, mm: MmId): Routine {
  yield c.fence(POINT.ipiMb);
  if (c.policy.ipiSyncCore) return yield* c.policy.ipiSyncCore(c, mm);
  if (c.config.syncCoreIpi === 'implicit' || c.config.inIrqShortcut) return;
  // (ipi-sync-core) pairs with (membarrier-call) in membarrier.ts: done before the caller goes on.
  yield* syncCoreBeforeUsermode(c, mm, POINT.ipiSyncCore);
}

/** ipi_rseq(). The restart of the critical section itself is not modelled. */
export function* ipiRseq(c: Cpu): Routine {
  // (ipi-rseq-mb) pairs with (membarrier-entry) in membarrier.ts: the section that is restarted sees what the caller stored.
  yield c.fence(POINT.ipiRseqMb);
}

/** ipi_sync_rq_state(): the mm's word has a new bit; take it over if this cpu still runs the mm. */
export function* ipiSyncRqState(c: Cpu, mm: MmId): Routine {
  if (c.currentMm !== mm) return;
  yield* membarrierUpdateRunQueue(c, mm);
  yield c.fence(POINT.ipiMb);
}
