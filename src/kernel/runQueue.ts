/** struct rq: the tasks of one cpu that want to run, first in, first out; a task with a priority goes to the front.
 *
 *  Source: Linux kernel/sched/sched.h, kernel/sched/core.c (enqueue_task, pick_next_task).
 *  Limit: one class, no time slices; a task runs until it sleeps. Callers hold the lock of the queue, which is
 *  why the queue itself is read and written without yielding. */
import type { CpuId, TaskId } from '../base/ids.js';
import type { Cpu } from './cpu.js';

export function enqueueTask(c: Cpu, cpu: CpuId, next: TaskId): void {
  const { runQueue, task } = c.kernel;
  const tail = c.get(runQueue.tail(cpu));
  c.set(task.onRunQueue(next), 1);
  if (tail !== 0 && c.get(task.priority(next)) > 0) {
    c.set(task.nextOnRunQueue(next), c.get(runQueue.head(cpu)));
    c.set(runQueue.head(cpu), next + 1);
    return;
  }
  if (tail === 0) c.set(runQueue.head(cpu), next + 1);
  else c.set(task.nextOnRunQueue(tail - 1), next + 1);
  c.set(runQueue.tail(cpu), next + 1);
  c.set(task.nextOnRunQueue(next), 0);
}

/** Takes the first task off this cpu's queue; the idle task where there is none. */
export function pickNextTask(c: Cpu): TaskId {
  const { runQueue, task } = c.kernel;
  const head = c.get(runQueue.head(c.id));
  if (head === 0) return c.get(runQueue.idle(c.id));
  const rest = c.get(task.nextOnRunQueue(head - 1));
  c.set(runQueue.head(c.id), rest);
  if (rest === 0) c.set(runQueue.tail(c.id), 0);
  return head - 1;
}
