/** Interrupt entry and the two interrupts there are.
 *
 *  Source: Linux arch/x86/kernel/smp.c (sysvec_reschedule, sysvec_call_function), kernel/entry/common.c.
 *  Limit: the return of an interrupt that was taken in the kernel (x86: IRET) serializes nothing. Kernels before 5.10, which count
 *  on it, may go wrong here where the processor would have serialized. */
import type { Routine } from '../hw/access.js';
import { RETURN_KIND } from '../hw/accessBuilder.js';
import { IRQ_CALL_FUNCTION, IRQ_MASK } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { returnToUserMode } from './exitToUserMode.js';
import { flushSmpCallFunctionQueue } from './smpCall.js';
import { TASK_MODE } from './task.js';

/** From user mode. The task leaves by the interrupt return now, whoever runs in between; delivery by itself
 *  serializes nothing. */
export function* interruptFromUser(c: Cpu): Routine {
  const { task } = c.kernel;
  const current = c.current;
  c.set(task.mode(current), TASK_MODE.exiting);
  c.set(task.returnKind(current), RETURN_KIND.interrupt);
  yield* handleInterrupts(c);
}

/** From user code that cannot be left in the middle (a WebAssembly frame): the task goes on by the interrupt return at
 *  once, also where TIF_NEED_RESCHED is set. User mode was interrupted, so this is a quiescent state. */
export function* interruptInFrame(c: Cpu): Routine {
  const { task } = c.kernel;
  const current = c.current;
  c.set(task.mode(current), TASK_MODE.exiting);
  c.set(task.returnKind(current), RETURN_KIND.interrupt);
  yield* handleInterrupts(c);
  yield* returnToUserMode(c, yield c.load(task.flags(current)));
}

/** In the middle of a kernel routine that has interrupts enabled. The kernel is not preemptible: the routine
 *  that was interrupted goes on afterwards. */
export function* interruptFromKernel(c: Cpu): Routine {
  c.disableInterrupts();
  yield* handleInterrupts(c);
  c.enableInterrupts();
}

function* handleInterrupts(c: Cpu): Routine {
  // (interrupt-entry) pairs with (membarrier-entry) in membarrier.ts: whoever takes the interrupt acknowledges it to the
  // interrupt controller, and loads nothing that comes later before that (arm64: ISB; riscv has no rule that says so).
  const pending = (yield c.and(c.hw.cpu.doorbell(c.id), ~IRQ_MASK)) & IRQ_MASK;
  c.count('interrupts');
  if (pending & IRQ_CALL_FUNCTION) yield* flushSmpCallFunctionQueue(c);
  // IRQ_RESCHEDULE has no handler of its own: whoever rang has set TIF_NEED_RESCHED.
}
