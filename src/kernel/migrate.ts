/** sched_setaffinity(2) of the caller to one other cpu: it goes on there.
 *
 *  Source: Linux kernel/sched/core.c, set_cpus_allowed_ptr(), migration_cpu_stop(). */
import type { CpuId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { EINVAL } from './errno.js';
import { TIF_NEED_RESCHED } from './task.js';

export function* migrate(c: Cpu, to: CpuId): Routine<number> {
  const { task, runQueue } = c.kernel;
  const current = c.current;
  if (to < 0 || to >= c.hw.dimensions.cpus || c.get(runQueue.online(to)) === 0) return -EINVAL;
  if (to === c.id) return 0;
  c.disableInterrupts();
  yield c.lock(runQueue.lock(c.id));
  c.set(task.cpu(current), to);
  yield c.unlock(runQueue.lock(c.id));
  c.enableInterrupts();
  // Leaves this cpu on its way out of the kernel; see finish_task_switch().
  yield c.or(task.flags(current), TIF_NEED_RESCHED);
  return 0;
}
