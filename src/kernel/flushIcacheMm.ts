/** riscv_flush_icache(2): fence.i on this hart, and on the others that run the mm; the rest are marked and do it when they
 *  switch to the mm.
 *
 *  Source: Linux arch/riscv/kernel/sys_riscv.c, riscv_flush_icache(); arch/riscv/mm/cacheflush.c, flush_icache_mm().
 *  Limit: in Linux the barrier comes behind the look at who has the mm loaded, and only where nobody has to be interrupted;
 *  here it is in front, so that a hart which is not seen there is never missed. The marks are looked at by the policy that has
 *  them (riscv-stale-mask); the range is the whole address space, as in Linux. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { CALL, clearCallMask, setInCallMask, smpCallFunctionMany } from './smpCall.js';

/** SYS_RISCV_FLUSH_ICACHE_LOCAL */
export const FLUSH_ICACHE_LOCAL = 1;

export function* flushIcacheMm(c: Cpu, flags: number): Routine<number> {
  const { staleMask, mmCpumask, cpumaskWords } = c.kernel;
  const own = c.currentMm;
  for (let word = 0; word < cpumaskWords; word++) yield c.or(staleMask(own, word), -1);
  yield c.and(staleMask(own, c.id >>> 5), ~(1 << (c.id & 31)));
  // (flush-icache-data) pairs with (flush-icache-own) below, (remote-fence-i) in flushIcacheIpi.ts and (switch-mm-load) in
  // switchMm.ts: the code is there before anybody fetches it, and who is not seen in the mm below sees its mark.
  yield c.fence(POINT.flushIcacheData);
  // (flush-icache-own) pairs with (flush-icache-data) above.
  yield c.serialize(POINT.flushIcacheOwn);
  if (flags & FLUSH_ICACHE_LOCAL) return 0;
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if ((yield c.load(mmCpumask(own, cpu >>> 5))) & (1 << (cpu & 31))) setInCallMask(c, cpu);
  }
  yield* smpCallFunctionMany(c, CALL.remoteFenceI, 0);
  return 0;
}
