/** Kernel threads: they run their program inside the kernel, on a borrowed address space.
 *
 *  Source: Linux kernel/kthread.c. */
import type { Routine } from '../hw/access.js';
import { OP, type Opcode } from '../hw/instruction.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { rcuEnterIdle, rcuExitIdle } from './rcu.js';
import { schedule } from './schedule.js';
import { dispatch, SYSCALL } from './syscall.js';
import { TIF_NEED_RESCHED } from './task.js';
import { SLEPT } from './waitQueue.js';

/** One instruction of the kernel thread that runs on this cpu. */
export function* runKthread(c: Cpu): Routine {
  const { task, instruction, variable } = c.kernel;
  const current = c.current;
  const pc = c.get(task.pc(current));
  const at = instruction(pc);
  const a = c.get(at + 1);
  const b = c.get(at + 2);
  const perRound = c.get(at + 3);
  c.enableInterrupts();
  switch (c.get(at) as Opcode) {
    case OP.set:
      yield c.store(variable(a), b + perRound * c.get(task.round(current)));
      break;
    case OP.load:
      c.set(variable(b), yield c.load(variable(a)));
      break;
    case OP.add:
      yield c.add(variable(a), b);
      break;
    case OP.spin:
      // A busy kernel thread calls cond_resched() as it goes, so no grace period waits for it.
      yield* rcuEnterIdle(c);
      while ((yield c.waitAtLeast(variable(a), b + perRound * c.get(task.round(current)))) === 0);
      yield* rcuExitIdle(c);
      break;
    case OP.serialize:
      // What a callback of stop_machine() executes before its cpu goes on (arm64: ISB, riscv: fence.i).
      yield c.serialize(POINT.userSerialize);
      break;
    case OP.nextRound: {
      const round = c.get(task.round(current)) + 1;
      c.set(task.round(current), round);
      if (round <= b) {
        c.set(task.pc(current), a);
        return;
      }
      break;
    }
    case OP.syscall:
      if ((yield* dispatch(c, a, b, perRound, c.get(at + 4))) === SLEPT) return;
      break;
    default:
      throw new Error(`instruction ${pc}: a kernel thread has no user mode`);
  }
  c.set(task.pc(current), pc + 1);
  // cond_resched(): between two instructions a kernel thread gives the cpu away if asked to.
  if ((yield c.load(task.flags(current))) & TIF_NEED_RESCHED) yield* schedule(c);
}

/** Calls a kernel thread may make; the assembler refuses the others. */
export const KTHREAD_SYSCALLS: readonly number[] = [
  SYSCALL.waitEvent,
  SYSCALL.wakeUp,
  SYSCALL.exit,
  SYSCALL.schedYield,
];
