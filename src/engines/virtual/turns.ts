/** What a cpu is about to do: which phase it is in, and whether it may have to wait in the middle of it. */
import { OP, type Opcode } from '../../hw/instruction.js';
import type { Cpu } from '../../kernel/cpu.js';
import { SYSCALL } from '../../kernel/syscall.js';
import { TASK_MODE, type TaskMode, TIF_NEED_RESCHED } from '../../kernel/task.js';
import { CAUSE } from './accounts.js';

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

export function phaseOf(c: Cpu): number {
  return PHASES[c.get(c.kernel.task.mode(c.current))]!;
}

/** @param isPending is there an interrupt that user mode would take instead? */
export function mayWait(c: Cpu, isPending: boolean): boolean {
  const { task, runQueue } = c.kernel;
  const current = c.current;
  switch (c.get(task.mode(current)) as TaskMode) {
    case TASK_MODE.idle:
      return (c.get(task.flags(current)) & TIF_NEED_RESCHED) === 0 || c.get(runQueue.online(c.id)) === 0;
    case TASK_MODE.exiting:
      return false;
    case TASK_MODE.user:
      return !isPending && instructionMayWait(c);
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
