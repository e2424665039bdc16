/** A turn of a cpu: which phase it is in, whether it may have to wait in the middle, and all of it where it may not. */
import type { Routine } from '../../hw/access.js';
import { IRQ_MASK } from '../../hw/doorbell.js';
import { OP, type Opcode } from '../../hw/instruction.js';
import type { Cpu } from '../../kernel/cpu.js';
import { runUserMode } from '../../kernel/cpuLoop.js';
import { exitToUserMode } from '../../kernel/exitToUserMode.js';
import { doIdle } from '../../kernel/idle.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import { runKthread } from '../../kernel/kthread.js';
import { SYSCALL, syscall } from '../../kernel/syscall.js';
import { TASK_MODE, type TaskMode, TIF_NEED_RESCHED } from '../../kernel/task.js';
import { CAUSE } from './accounts.js';
import type { VirtualCpu } from './virtualCpu.js';

/** What the cycles of a turn are for, by the mode in which it begins. */
export const PHASE = {
  idle: CAUSE.idle,
  kthread: CAUSE.kthreadWork,
  user: CAUSE.userOther,
  syscall: CAUSE.syscallWork,
  exiting: CAUSE.exitToUser,
} as const satisfies Record<keyof typeof TASK_MODE, number>;

const PHASES = new Int32Array(Object.keys(TASK_MODE).length);
for (const [name, mode] of Object.entries(TASK_MODE)) PHASES[mode] = PHASE[name as keyof typeof PHASE];

/** System calls that never wait for another cpu: they end, or schedule() as the last thing they do. */
const WITHOUT_WAITING: ReadonlySet<number> = new Set([
  SYSCALL.waitEvent,
  SYSCALL.wakeUp,
  SYSCALL.exit,
  SYSCALL.schedYield,
  SYSCALL.getpid,
]);

const WAITS = Uint8Array.from({ length: 32 }, (_, nr) => (WITHOUT_WAITING.has(nr) ? 0 : 1));

/** Interrupts that are pending, or what the current task does next (see `cpuTurn`), where that needs nobody else.
 *
 *  The mode decides everything here, so it is looked at once.
 *  @returns false where it may have to wait in the middle: then nothing has happened. */
export function* turnWithoutWaiting(c: VirtualCpu): Routine<boolean> {
  if (isInterrupted(c)) {
    yield* interruptFromKernel(c);
  } else {
    switch (c.get(c.kernel.task.mode(c.current)) as TaskMode) {
      case TASK_MODE.idle:
        if (idleMayWait(c)) return false;
        c.phase = PHASE.idle;
        yield* doIdle(c);
        break;
      case TASK_MODE.kthread:
        if (instructionMayWait(c)) return false;
        c.phase = PHASE.kthread;
        yield* runKthread(c);
        break;
      case TASK_MODE.syscall:
        if (instructionMayWait(c)) return false;
        c.phase = PHASE.syscall;
        yield* syscall(c);
        break;
      case TASK_MODE.exiting:
        c.phase = PHASE.exiting;
        yield* exitToUserMode(c);
        break;
      case TASK_MODE.user:
        // An interrupt is taken instead.
        if (!isPending(c) && instructionMayWait(c)) return false;
        c.phase = PHASE.user;
        yield* runUserMode(c);
        break;
    }
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

/** May a cpu have to wait in the middle of what it is about to do? */
function idleMayWait(c: Cpu): boolean {
  const { task, runQueue } = c.kernel;
  return (c.get(task.flags(c.current)) & TIF_NEED_RESCHED) === 0 || c.get(runQueue.online(c.id)) === 0;
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
