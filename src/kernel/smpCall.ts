/** smp_call_function_many() and on_each_cpu_mask(): run a function on other cpus and wait for it.
 *
 *  A sender waits with interrupts enabled and so keeps serving calls of others; otherwise two cpus that call
 *  each other would wait for ever.
 *
 *  Source: Linux kernel/smp.c, smp_call_function_many_cond(), __flush_smp_call_function_queue().
 *  Limit: a cpu has one call in flight at a time; the queue is a bit per sender. */
import type { Routine } from '../hw/access.js';
import { IRQ_CALL_FUNCTION } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { ipiSyncCore } from './membarrierIpi.js';

/** What can be called on another cpu: functions travel by number, closures do not cross cpus. */
const CALL_FUNCTIONS = [ipiSyncCore] as const;

export const CALL = { syncCore: 0 } as const;
export type CallFunction = (typeof CALL)[keyof typeof CALL];

/** Runs `call` on every cpu of this cpu's call mask, itself included, and returns when all are done. */
export function* onEachCpuMask(c: Cpu, call: CallFunction): Routine {
  const { smpCall, callMask, callPending, cpumaskWords } = c.kernel;
  c.set(smpCall.callAcked(c.id), 0);
  yield c.store(smpCall.callFunction(c.id), call);
  let sent = 0;
  for (let word = 0; word < cpumaskWords; word++) {
    for (let rest = c.get(callMask(c.id, word)); rest !== 0; rest &= rest - 1) {
      const cpu = word * 32 + (31 - Math.clz32(rest & -rest));
      if (cpu === c.id) continue;
      yield c.or(callPending(cpu, c.id >>> 5), 1 << (c.id & 31));
      yield c.sendIpi(cpu, IRQ_CALL_FUNCTION);
      sent++;
    }
  }
  if ((c.get(callMask(c.id, c.id >>> 5)) & (1 << (c.id & 31))) !== 0) {
    c.disableInterrupts();
    yield* CALL_FUNCTIONS[call](c);
    c.enableInterrupts();
  }
  yield c.waitAtLeast(smpCall.callAcked(c.id), sent);
}

/** The receiving side, in interrupt context. */
export function* flushSmpCallFunctionQueue(c: Cpu): Routine {
  const { smpCall, callPending, cpumaskWords } = c.kernel;
  for (let word = 0; word < cpumaskWords; word++) {
    for (let senders = yield c.exchange(callPending(c.id, word), 0); senders !== 0; senders &= senders - 1) {
      const sender = word * 32 + (31 - Math.clz32(senders & -senders));
      const call = (yield c.load(smpCall.callFunction(sender))) as CallFunction;
      yield* CALL_FUNCTIONS[call](c);
      yield c.add(smpCall.callAcked(sender), 1);
    }
  }
}
