/** A sleeping lock. Source: Linux kernel/locking/mutex.c.
 *
 *  Limit: no optimistic spinning; an unlock wakes every waiter, and they try again. */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { schedule } from './schedule.js';
import { TASK_STATE, WAKES } from './task.js';
import { tryToWakeUp } from './wakeUp.js';

/** @returns false after having slept: the caller returns SLEPT, and tries again when it is switched in. */
export function* mutexLock(c: Cpu, id: number): Routine<boolean> {
  const { mutex, task } = c.kernel;
  const current = c.current;
  c.disableInterrupts();
  yield c.lock(mutex.lock(id));
  const isFree = c.get(mutex.owner(id)) === 0;
  if (isFree) c.set(mutex.owner(id), current + 1);
  else {
    c.set(task.nextWaiter(current), c.get(mutex.head(id)));
    c.set(mutex.head(id), current + 1);
    yield c.store(task.state(current), TASK_STATE.sleeping);
  }
  yield c.unlock(mutex.lock(id));
  if (isFree) c.enableInterrupts();
  else yield* schedule(c);
  return isFree;
}

export function* mutexUnlock(c: Cpu, id: number): Routine {
  const { mutex, task } = c.kernel;
  c.disableInterrupts();
  yield c.lock(mutex.lock(id));
  c.set(mutex.owner(id), 0);
  let waiter = c.get(mutex.head(id));
  c.set(mutex.head(id), 0);
  while (waiter !== 0) {
    const next = c.get(task.nextWaiter(waiter - 1));
    yield* tryToWakeUp(c, waiter - 1, WAKES.event);
    waiter = next;
  }
  yield c.unlock(mutex.lock(id));
  c.enableInterrupts();
}
