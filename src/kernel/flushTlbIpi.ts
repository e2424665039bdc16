/** What a cpu does when a TLB shootdown interrupts it.
 *
 *  Source: Linux arch/x86/mm/tlb.c, flush_tlb_func().
 *  Limit: there is no TLB to flush. INVLPG and the write to CR3 serialize on x86 as well; only the interrupt return is
 *  counted on here. A lazy cpu is interrupted too; Linux leaves those out since 4.20, and they load the address space
 *  when they come back to it. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';

export function* flushTlbFunc(c: Cpu, mm: MmId): Routine {
  const { runQueue, mm: mms } = c.kernel;
  // A lazy cpu stays behind, and loads the address space when it comes back to it.
  if (c.get(runQueue.loadedMm(c.id)) !== mm || c.get(runQueue.isLazy(c.id)) !== 0) return;
  c.set(runQueue.loadedTlbGen(c.id), yield c.load(mms.tlbGen(mm)));
}
