/** Worker entry: one task on a thread of the host. The work is in src/engines/native/taskThread.ts. */
import { runTask, type TaskJob, type TaskOutcome } from '../src/engines/native/taskThread.js';

export function task(job: TaskJob): Promise<TaskOutcome> {
  return runTask(job);
}
