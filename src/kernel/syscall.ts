/** System call entry and the table of calls.
 *
 *  Source: Linux arch/x86/entry/common.c, do_syscall_64().
 *  Limit: a call that sleeps is made again from the start when its task is switched in. */
import type { Routine } from '../hw/access.js';
import { RETURN_KIND } from '../hw/accessBuilder.js';
import type { Cpu } from './cpu.js';
import { EINTR, EINVAL } from './errno.js';
import { exec } from './exec.js';
import { doExit } from './exit.js';
import { flushIcacheMm } from './flushIcacheMm.js';
import { fork } from './fork.js';
import { doGroupExit, SIGABRT } from './groupExit.js';
import { cpuUp } from './hotplug.js';
import { kickAllCpusSync } from './kickAllCpus.js';
import { kthreadUnuseMm, kthreadUseMm } from './kthreadUseMm.js';
import { membarrier } from './membarrier.js';
import { migrate } from './migrate.js';
import { flushTlbRange, mprotect } from './mprotect.js';
import { rcuEnterIdle, rcuExitIdle } from './rcu.js';
import { schedule } from './schedule.js';
import { filteredCall } from './seccomp.js';
import { TASK_MODE, TIF_NEED_RESCHED, TIF_SIGPENDING } from './task.js';
import { textPokeBegin, textPokeEnd, textPokeSync } from './textPoke.js';
import { SLEPT, waitEvent, wakeUp } from './waitQueue.js';

/** `migrate` is sched_setaffinity(2) of the caller to one cpu; `flushTlb` stands for munmap(2) and its kind;
 *  the kthread calls are functions that only kernel threads call; `busyPoll` is a call that polls inside the kernel,
 *  as epoll does with SO_BUSY_POLL; the text poke calls and `kickAllCpus` are functions of the kernel that user code
 *  cannot call in Linux; `abort` is abort(3), which ends the process; `migrateInsideMembarrier` arms the load balancer (see membarrier.ts). */
export const SYSCALL = {
  membarrier: 0,
  waitEvent: 1,
  wakeUp: 2,
  exit: 3,
  schedYield: 4,
  fork: 5,
  exec: 6,
  migrate: 7,
  flushTlb: 8,
  kthreadUseMm: 9,
  kthreadUnuseMm: 10,
  cpuUp: 11,
  getpid: 12,
  busyPoll: 13,
  migrateInsideMembarrier: 14,
  textPokeBegin: 15,
  textPokeSync: 16,
  textPokeEnd: 17,
  kickAllCpus: 18,
  flushIcache: 19,
  abort: 20,
  mprotect: 21,
} as const;

/** The call at the task's program counter. */
export function* syscall(c: Cpu): Routine {
  const { task, instruction } = c.kernel;
  const current = c.current;
  const call = instruction(c.get(task.pc(current)));
  c.set(task.mode(current), TASK_MODE.syscall);
  c.set(task.returnKind(current), RETURN_KIND.syscall);
  c.enableInterrupts();
  const result = yield* dispatch(c, c.get(call + 1), c.get(call + 2), c.get(call + 3), c.get(call + 4));
  if (result === SLEPT) return;
  c.set(task.returnValue(current), result);
  c.set(task.pc(current), c.get(task.pc(current)) + 1);
  c.set(task.mode(current), TASK_MODE.exiting);
}

/** Polls a variable inside the kernel, with cond_resched(): other tasks get the cpu in between. */
function* busyPoll(c: Cpu, variable: number, atLeast: number): Routine<number> {
  // cond_resched() is a quiescent state too, so no grace period waits for the poll.
  yield* rcuEnterIdle(c);
  const flags = c.kernel.task.flags(c.current);
  // Asked before it waits: an interrupt that came earlier in this call has set the flag, and does not come again.
  const work = yield c.load(flags);
  if (work & TIF_SIGPENDING) {
    yield* rcuExitIdle(c);
    return -EINTR;
  }
  const isAsked = (work & TIF_NEED_RESCHED) !== 0;
  const reached = isAsked ? 0 : yield c.waitAtLeast(c.kernel.variable(variable), atLeast);
  yield* rcuExitIdle(c);
  if (reached === 1) return 0;
  if ((yield c.load(flags)) & TIF_NEED_RESCHED) yield* schedule(c);
  return SLEPT;
}

/** @returns the result of the call, or SLEPT: then another task may be running by now. */
export function* dispatch(c: Cpu, nr: number, a: number, b: number, perRound: number): Routine<number> {
  switch (nr) {
    case SYSCALL.membarrier: {
      const filter = c.config.seccomp.membarrier;
      if (filter !== 'allow') return yield* filteredCall(c, filter);
      return yield* membarrier(c, a, b, perRound);
    }
    case SYSCALL.waitEvent:
      return yield* waitEvent(c, a, b + perRound * c.get(c.kernel.task.round(c.current)));
    case SYSCALL.wakeUp:
      return yield* wakeUp(c, a);
    case SYSCALL.schedYield:
      // Asked for here, done where the task leaves this instruction: schedule() must come last.
      yield c.or(c.kernel.task.flags(c.current), TIF_NEED_RESCHED);
      return 0;
    case SYSCALL.fork:
      return yield* fork(c, a);
    case SYSCALL.exec:
      return yield* exec(c, a);
    case SYSCALL.migrate:
      return yield* migrate(c, a);
    case SYSCALL.flushTlb:
      yield* flushTlbRange(c);
      return 0;
    case SYSCALL.kthreadUseMm:
      return yield* kthreadUseMm(c, a);
    case SYSCALL.kthreadUnuseMm:
      return yield* kthreadUnuseMm(c);
    case SYSCALL.cpuUp:
      return yield* cpuUp(c, a);
    case SYSCALL.busyPoll:
      return yield* busyPoll(c, a, b + perRound * c.get(c.kernel.task.round(c.current)));
    case SYSCALL.migrateInsideMembarrier:
      c.set(c.kernel.task.migrateInsideTo(c.current), a + 1);
      return 0;
    case SYSCALL.textPokeBegin:
      return yield* textPokeBegin(c, a);
    case SYSCALL.textPokeSync:
      return yield* textPokeSync(c, a);
    case SYSCALL.textPokeEnd:
      return yield* textPokeEnd(c);
    case SYSCALL.kickAllCpus:
      return yield* kickAllCpusSync(c);
    case SYSCALL.flushIcache: {
      const filter = c.config.seccomp.flushIcache;
      if (filter !== 'allow') return yield* filteredCall(c, filter);
      return yield* flushIcacheMm(c, a);
    }
    case SYSCALL.getpid:
      return c.current;
    case SYSCALL.mprotect:
      return yield* mprotect(c, a, b);
    case SYSCALL.abort:
      yield* doGroupExit(c, SIGABRT);
      return SLEPT;
    case SYSCALL.exit:
      yield* doExit(c);
      return SLEPT;
    default:
      return -EINVAL;
  }
}
