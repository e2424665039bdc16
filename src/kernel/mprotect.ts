/** mprotect(2) of the page that holds a patch site: from executable to writable, and back. Some JITs publish by it.
 *
 *  Taking a right away flushes TLBs, on x86 and riscv by interrupting whoever runs the address space; on arm64 the hardware
 *  broadcasts that, and nobody is interrupted. Making a page executable cleans its lines, but only the first time: the
 *  page remembers (PG_dcache_clean), and user stores do not make it forget.
 *
 *  Source: Linux mm/mprotect.c; arch/x86/mm/tlb.c, flush_tlb_mm_range(); arch/arm64/mm/flush.c, __sync_icache_dcache();
 *  arch/riscv/mm/cacheflush.c, flush_icache_pte().
 *  Limit: a site is a page of its own, and nothing faults: who stores to a page that is not writable stores. On arm64 the
 *  kernel cleans by whatever the architecture class needs. */
import type { UnitId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { lineNumbers } from '../hw/unitPlacement.js';
import type { Cpu } from './cpu.js';
import { EINVAL } from './errno.js';
import { flushIcacheMm } from './flushIcacheMm.js';
import { CALL, clearCallMask, onEachCpuMask, setInCallMask } from './smpCall.js';

export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export function* mprotect(c: Cpu, unit: UnitId, protection: number): Routine<number> {
  if (protection !== PROT_WRITE && protection !== PROT_EXEC) return -EINVAL;
  if (protection === PROT_EXEC) yield* syncIcacheDcache(c, unit);
  // Either way one right goes: to execute, or to write.
  yield* flushTlbRange(c);
  return 0;
}

/** The page becomes executable. */
function* syncIcacheDcache(c: Cpu, unit: UnitId): Routine {
  const { dcacheClean } = c.kernel;
  const { storesReachPou, icache } = c.profile;
  if (storesReachPou && icache === 'coherent') return;
  if ((yield c.exchange(dcacheClean(unit), 1)) !== 0) return;
  if (icache === 'local-invalidate') {
    yield* flushIcacheMm(c, 0);
    return;
  }
  const [first, last] = lineNumbers(c.units[unit]!);
  if (!storesReachPou) for (let line = first; line <= last; line++) yield c.cleanLine(line);
  for (let line = first; line <= last; line++) yield c.invalidateLine(line);
}

/** flush_tlb_mm_range(): whoever runs the mm is interrupted, and goes on with what is mapped now. */
export function* flushTlbRange(c: Cpu): Routine {
  const { mm, mmCpumask } = c.kernel;
  const own = c.currentMm;
  yield c.addReturn(mm.tlbGen(own), 1);
  if (c.profile.tlbShootdown === 'broadcast') return;
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if ((yield c.load(mmCpumask(own, cpu >>> 5))) & (1 << (cpu & 31))) setInCallMask(c, cpu);
  }
  yield* onEachCpuMask(c, CALL.flushTlb, own);
}
