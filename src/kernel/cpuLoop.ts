/** What a cpu does from boot on: run the current task in the mode it is in, until that changes.
 *
 *  Between two turns of the loop nothing is kept outside the machine's buffer: a cpu can be stopped there,
 *  copied, and gone on with. Source: Linux kernel/cpu.c, cpu_startup_entry(), for the shape. */
import type { Routine } from '../hw/access.js';
import { type Cpu, TRAP } from './cpu.js';
import { doExit } from './exit.js';
import { exitToUserMode } from './exitToUserMode.js';
import { doIdle } from './idle.js';
import { interruptFromUser } from './interrupt.js';
import { runKthread } from './kthread.js';
import { syscall } from './syscall.js';
import { TASK_MODE, type TaskMode } from './task.js';
import { breakpointTrap } from './textPoke.js';

/** One turn. */
export function* cpuTurn(c: Cpu): Routine {
  switch (c.get(c.kernel.task.mode(c.current)) as TaskMode) {
    case TASK_MODE.idle:
      return yield* doIdle(c);
    case TASK_MODE.kthread:
      return yield* runKthread(c);
    case TASK_MODE.syscall:
      return yield* syscall(c);
    case TASK_MODE.exiting:
      return yield* exitToUserMode(c);
    case TASK_MODE.user:
      return yield* runUserMode(c);
  }
}

export function* runUserMode(c: Cpu): Routine {
  c.disableInterrupts(); // user mode polls the doorbell by itself, between two instructions
  const trap = yield* c.userMode(c);
  switch (trap) {
    case TRAP.interrupt:
      return yield* interruptFromUser(c);
    case TRAP.syscall:
      c.count('syscalls');
      return yield* syscall(c);
    case TRAP.none:
      return;
    case TRAP.breakpoint:
      return yield* breakpointTrap(c);
    case TRAP.invalidOpcode: // SIGILL, and nobody handles it
      return yield* doExit(c);
  }
}
