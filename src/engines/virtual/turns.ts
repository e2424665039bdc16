/** A turn of a cpu: which phase it is in, whether it may have to wait in the middle, and all of it where it may not. */
import type { Routine } from '../../hw/access.js';
import { IRQ_MASK } from '../../hw/doorbell.js';
import { OP, type Opcode } from '../../hw/instruction.js';
import type { Cpu } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import { SYSCALL } from '../../kernel/syscall.js';
import { TASK_MODE, type TaskMode, TIF_NEED_RESCHED } from '../../kernel/task.js';
import { CAUSE } from './accounts.js';
import type { VirtualCpu } from './virtualCpu.js';

const PHASES = new Int32Array(Object.keys(TASK_MODE).length);
PHASES[TASK_MODE.idle] = CAUSE.idle;
PHASES[TASK_MODE.kthread] = CAUSE.kthreadWork;
PHASES[TASK_MODE.user] = CAUSE.userOther;
PHASES[TASK_MODE.syscall] = CAUSE.syscallWork;
PHASES[TASK_MODE.exiting] = CAUSE.exitToUser;

/** System calls that never wait for another cpu: they end, or schedule() as the last thing they do. */
const WITHOUT_WAITING: ReadonlySet<number> = new Set([
  SYSCALL.waitEvent,
  SYSCALL.wakeUp,
  SYSCALL.exit,
  SYSCALL.schedYield,
  SYSCALL.getpid,
  SYSCALL.flushTlb,
]);

const WAITS = Uint8Array.from({ length: 32 }, (_, nr) => (WITHOUT_WAITING.has(nr) ? 0 : 1));

/** Interrupts that are pending, or what the current task does next, where that needs nobody else.
 *  @returns false where it may have to wait in the middle: then nothing has happened. */
export function* turnWithoutWaiting(c: VirtualCpu): Routine<boolean> {
  if (isInterrupted(c)) {
    yield* interruptFromKernel(c);
  } else {
    if (mayWait(c)) return false;
    c.phase = phaseOf(c);
    yield* cpuTurn(c);
  }
  c.settle();
  return true;
}

export function phaseOf(c: Cpu): number {
  return PHASES[c.get(c.kernel.task.mode(c.current))]!;
}

export function isPending(c: Cpu): boolean {
  return (c.get(c.hw.cpu.doorbell(c.id)) & IRQ_MASK) !== 0;
}

export function isInUserMode(c: Cpu): boolean {
  return c.get(c.kernel.task.mode(c.current)) === TASK_MODE.user;
}

/** Does an interrupt come before whatever the cpu would do now? */
export function isInterrupted(c: Cpu): boolean {
  return isPending(c) && c.interruptsEnabled;
}

/** May the cpu have to wait in the middle of what it is about to do? */
function mayWait(c: Cpu): boolean {
  const { task, runQueue } = c.kernel;
  const current = c.current;
  switch (c.get(task.mode(current)) as TaskMode) {
    case TASK_MODE.idle:
      return (c.get(task.flags(current)) & TIF_NEED_RESCHED) === 0 || c.get(runQueue.online(c.id)) === 0;
    case TASK_MODE.exiting:
      return false;
    case TASK_MODE.user:
      // An interrupt is taken instead.
      return !isPending(c) && instructionMayWait(c);
    default:
      return instructionMayWait(c);
  }
}

function instructionMayWait(c: Cpu): boolean {
  const { task, instruction } = c.kernel;
  const at = instruction(c.get(task.pc(c.current)));
  switch (c.get(at) as Opcode) {
    case OP.spin:
      return true;
    case OP.syscall:
      return WAITS[c.get(at + 1)] !== 0;
    default:
      return false;
  }
}
