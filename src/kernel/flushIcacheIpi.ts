/** What a hart does when riscv_flush_icache(2) interrupts it.
 *
 *  Source: Linux arch/riscv/mm/cacheflush.c, ipi_remote_fence_i(). */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';

export function* remoteFenceI(c: Cpu): Routine {
  // (remote-fence-i) pairs with (flush-icache-data) in flushIcacheMm.ts.
  yield c.serialize(POINT.remoteFenceI);
}
