/** wait_event() and wake_up(): sleep until an event has been signalled often enough.
 *
 *  An event counts its signals, so that a signal that comes before the wait is not lost. Every signal wakes every
 *  waiter, and a waiter looks again: one that waits for two signals is switched in at the first, and sleeps
 *  again without having been to user mode.
 *
 *  Source: Linux include/linux/wait.h, kernel/sched/wait.c. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EINTR } from './errno.js';
import { schedule } from './schedule.js';
import { TASK_STATE, TIF_SIGPENDING, WAKES } from './task.js';
import { tryToWakeUp } from './wakeUp.js';

/** Returned instead of a result: the task slept; when it is switched in again it repeats the call. */
export const SLEPT = 0x7fffffff;

/** @returns 0 when the event has been signalled `signals` times since boot, SLEPT after schedule(). */
export function* waitEvent(c: Cpu, event: number, signals: number): Routine<number> {
  const { event: events, task } = c.kernel;
  const current = c.current;
  c.disableInterrupts();
  yield c.lock(events.lock(event));
  if (c.get(events.counter(event)) >= signals) {
    yield c.unlock(events.lock(event));
    c.enableInterrupts();
    return 0;
  }
  const isKillable = c.config.waits === 'killable';
  yield c.store(task.state(current), isKillable ? TASK_STATE.killable : TASK_STATE.sleeping);
  // After the state, so that who kills the task either is seen here or sees it sleep.
  if (isKillable && (yield c.load(task.flags(current))) & TIF_SIGPENDING) {
    yield c.store(task.state(current), TASK_STATE.running);
    yield c.unlock(events.lock(event));
    c.enableInterrupts();
    return -EINTR;
  }
  c.set(task.nextWaiter(current), c.get(events.head(event)));
  c.set(events.head(event), current + 1);
  yield c.unlock(events.lock(event));
  yield* schedule(c);
  return SLEPT;
}

export function* wakeUp(c: Cpu, event: number): Routine<number> {
  const { event: events, task } = c.kernel;
  c.disableInterrupts();
  yield c.lock(events.lock(event));
  c.set(events.counter(event), c.get(events.counter(event)) + 1);
  let waiter = c.get(events.head(event));
  c.set(events.head(event), 0);
  while (waiter !== 0) {
    const next = c.get(task.nextWaiter(waiter - 1));
    yield* tryToWakeUp(c, waiter - 1, WAKES.event);
    waiter = next;
  }
  yield c.unlock(events.lock(event));
  c.enableInterrupts();
  return 0;
}
