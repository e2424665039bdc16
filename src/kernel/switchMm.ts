/** switch_mm_irqs_off(): load an address space, unless it is loaded already.
 *
 *  This is where the seed's hole is: kernel thread -> user of the borrowed mm finds it still loaded, writes no
 *  CR3, and so serializes nothing.
 *
 *  Source: Linux arch/x86/mm/tlb.c, switch_mm_irqs_off().
 *  Limit: one ASID per mm; the page tables themselves are not modelled. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';

/** @param prev what `prev->active_mm` was; only the loaded mm decides. */
export function* switchMm(c: Cpu, prev: MmId, next: MmId): Routine {
  const { runQueue, mm, mmCpumask } = c.kernel;
  const maskWord = c.id >>> 5;
  const bit = 1 << (c.id & 31);
  if (c.get(runQueue.loadedMm(c.id)) === next) {
    const wasLazy = c.get(runQueue.isLazy(c.id)) !== 0;
    c.set(runQueue.isLazy(c.id), 0);
    if (!wasLazy) return;
    const tlbGen = yield c.load(mm.tlbGen(next));
    if (tlbGen === c.get(runQueue.loadedTlbGen(c.id))) return;
    c.set(runQueue.loadedTlbGen(c.id), tlbGen);
  } else {
    yield c.and(mmCpumask(prev, maskWord), ~bit);
    yield c.or(mmCpumask(next, maskWord), bit);
    c.set(runQueue.isLazy(c.id), 0);
    c.set(runQueue.loadedMm(c.id), next);
    c.set(runQueue.loadedTlbGen(c.id), yield c.load(mm.tlbGen(next)));
  }
  // (switch-mm-cr3) pairs with (membarrier-entry) in membarrier.ts: a cpu that was skipped because it ran
  // another mm comes through here, after rq->curr was stored.
  yield c.writeCr(POINT.switchMm);
}
