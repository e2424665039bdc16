/** smp_call_function_many() and on_each_cpu_mask(): run a function on other cpus and wait for it.
 *
 *  A sender waits with interrupts enabled and so keeps serving calls of others; otherwise two cpus that call
 *  each other would wait for ever.
 *
 *  Source: Linux kernel/smp.c, smp_call_function_many_cond(), __flush_smp_call_function_queue().
 *  Limit: a cpu has one call in flight at a time; the queue is a bit per sender. */
import type { CpuId, WordAddress } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { IRQ_CALL_FUNCTION } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { remoteFenceI } from './flushIcacheIpi.js';
import { flushTlbFunc } from './flushTlbIpi.js';
import { ipiMb, ipiRseq, ipiSyncCore, ipiSyncRqState } from './membarrierIpi.js';
import { POINT } from './orderingPoints.js';
import { doSyncCore } from './textPokeIpi.js';

/** What can be called on another cpu: functions travel by number, closures do not cross cpus. */
const CALL_FUNCTIONS = [
  ipiMb,
  ipiSyncCore,
  ipiRseq,
  ipiSyncRqState,
  doSyncCore,
  doNothing,
  remoteFenceI,
  flushTlbFunc,
] as const;

export const CALL = {
  mb: 0,
  syncCore: 1,
  rseq: 2,
  syncRqState: 3,
  doSyncCore: 4,
  nothing: 5,
  remoteFenceI: 6,
  flushTlb: 7,
} as const;
export type CallFunction = (typeof CALL)[keyof typeof CALL];

/** do_nothing(): the interrupt is all. */
function* doNothing(_c: Cpu): Routine {}

/** Is `cpu` in the call mask of the current task? */
export function inCallMask(c: Cpu, cpu: CpuId): boolean {
  return (c.get(c.kernel.callMask(c.current, cpu >>> 5)) & (1 << (cpu & 31))) !== 0;
}

export function setInCallMask(c: Cpu, cpu: CpuId): void {
  const word = c.kernel.callMask(c.current, cpu >>> 5);
  c.set(word, c.get(word) | (1 << (cpu & 31)));
}

export function clearCallMask(c: Cpu): void {
  for (let word = 0; word < c.kernel.cpumaskWords; word++) c.set(c.kernel.callMask(c.current, word), 0);
}

/** Runs `call` on every other cpu of the current task's call mask, and returns when all are done. The cpu that
 *  does the sending is the one left out, whichever it was when the mask was made. */
export function* smpCallFunctionMany(c: Cpu, call: CallFunction, argument: number): Routine {
  const { smpCall, callPending } = c.kernel;
  c.set(smpCall.callAcked(c.id), 0);
  yield c.store(smpCall.callArgument(c.id), argument);
  yield c.store(smpCall.callFunction(c.id), call);
  let sent = 0;
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (cpu === c.id || !inCallMask(c, cpu)) continue;
    yield c.or(callPending(cpu, c.id >>> 5), 1 << (c.id & 31));
    yield c.sendIpi(cpu, IRQ_CALL_FUNCTION);
    sent++;
  }
  if (sent === 0) return;
  while ((yield c.waitAtLeast(smpCall.callAcked(c.id), sent)) === 0);
}

/** The same, and on this cpu as well if it is in the mask. */
export function* onEachCpuMask(c: Cpu, call: CallFunction, argument: number): Routine {
  if (inCallMask(c, c.id)) {
    c.disableInterrupts();
    yield* CALL_FUNCTIONS[call](c, argument);
    c.enableInterrupts();
  }
  yield* smpCallFunctionMany(c, call, argument);
}

/** The receiving side, in interrupt context. */
export function* flushSmpCallFunctionQueue(c: Cpu): Routine {
  const { smpCall, callPending, cpumaskWords } = c.kernel;
  for (let word = 0; word < cpumaskWords; word++) {
    for (
      let senders = yield* llistDelAll(c, callPending(c.id, word));
      senders !== 0;
      senders &= senders - 1
    ) {
      const sender = word * 32 + (31 - Math.clz32(senders & -senders));
      const call = (yield c.dereference(smpCall.callFunction(sender))) as CallFunction;
      const argument = yield c.dereference(smpCall.callArgument(sender));
      yield* CALL_FUNCTIONS[call](c, argument);
      // csd_unlock(): a release, so what the function did is done before the sender goes on.
      yield c.addRelease(smpCall.callAcked(sender), 1);
    }
  }
}

/** llist_del_all(): takes everything off the queue. */
function* llistDelAll(c: Cpu, queue: WordAddress): Routine<number> {
  // (call-queue-pop) pairs with (membarrier-entry) in membarrier.ts: xchg() is a full barrier, so what was stored before
  // the call was queued is seen after this, whatever the function does.
  if (c.leavesOut(POINT.callQueuePop)) return yield c.and(queue, 0);
  return yield c.exchange(queue, 0);
}
