/** switch_mm_irqs_off() and enter_lazy_tlb(): which address space is loaded, and whether anybody uses it.
 *
 *  This is where the hole of kthread-return is: kernel thread -> user of the borrowed mm finds it still loaded, writes no
 *  CR3, and so serializes nothing.
 *
 *  Source: Linux arch/x86/mm/tlb.c.
 *  Limit: one ASID per mm; the page tables themselves are not modelled. Loading an mm is a full memory barrier on every
 *  architecture. In Linux that is CR3 on x86, the barrier of switch_to() on arm64, and on riscv and powerpc one of
 *  membarrier_arch_switch_mm(), for registered processes only, on riscv since 6.9: take (switch-mm-load) away to do without. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';

const INIT_MM = 0;

/** Entering a kernel thread: keep the address space loaded, remember that nobody uses it. From 4.14 to 4.19 a
 *  cpu with PCID loaded init_mm right away (4e57b94664fe), which made every return an address-space load. */
export function* enterLazyTlb(c: Cpu): Routine {
  const { runQueue } = c.kernel;
  c.set(runQueue.isLazy(c.id), 1);
  if (c.config.lazyTlb === 'immediate') yield* loadMm(c, INIT_MM);
}

/** @param next the mm of the incoming task; only what is loaded decides. */
export function* switchMm(c: Cpu, next: MmId): Routine {
  const { runQueue, mm } = c.kernel;
  const wasLazy = c.get(runQueue.isLazy(c.id)) !== 0;
  c.set(runQueue.isLazy(c.id), 0);
  if (c.get(runQueue.loadedMm(c.id)) !== next) {
    yield* loadMm(c, next);
    if (c.policy.switchMm) yield* c.policy.switchMm(c, next);
    return;
  }
  if (!wasLazy) return;
  // The TLB may have been flushed while nobody here used the mm.
  if ((yield c.load(mm.tlbGen(next))) !== c.get(runQueue.loadedTlbGen(c.id))) yield* loadMm(c, next);
}

function* loadMm(c: Cpu, next: MmId): Routine {
  const { runQueue, mm, mmCpumask } = c.kernel;
  const bit = 1 << (c.id & 31);
  yield c.and(mmCpumask(c.get(runQueue.loadedMm(c.id)), c.id >>> 5), ~bit);
  yield c.or(mmCpumask(next, c.id >>> 5), bit);
  c.set(runQueue.loadedMm(c.id), next);
  c.set(runQueue.loadedTlbGen(c.id), yield c.load(mm.tlbGen(next)));
  // (switch-mm-load) pairs with (membarrier-entry) in membarrier.ts and (flush-icache-data) in flushIcacheMm.ts: a cpu
  // that was skipped because it ran another mm comes through here, after rq->curr was stored.
  yield c.writeCr(next, POINT.switchMmLoad);
}
