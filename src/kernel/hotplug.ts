/** A cpu comes online; it waits for every membarrier call that has begun.
 *
 *  Source: Linux kernel/cpu.c, cpu_up(); membarrier holds cpus_read_lock() from its scan to its last IPI.
 *  Limit: the lock is the mutex of membarrier, so a kernel without that mutex does not wait; a cpu cannot go offline
 *  again. */
import type { CpuId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import { IRQ_RESCHEDULE } from '../hw/doorbell.js';
import type { Cpu } from './cpu.js';
import { EINVAL } from './errno.js';
import { MUTEX_ID } from './layout.js';
import { mutexLock, mutexUnlock } from './mutex.js';
import { SLEPT } from './waitQueue.js';

export function* cpuUp(c: Cpu, cpu: CpuId): Routine<number> {
  const { runQueue } = c.kernel;
  if (cpu < 0 || cpu >= c.hw.dimensions.cpus || c.get(runQueue.online(cpu)) !== 0) return -EINVAL;
  if (!(yield* mutexLock(c, MUTEX_ID.membarrierIpi))) return SLEPT;
  yield c.store(runQueue.online(cpu), 1);
  yield c.sendIpi(cpu, IRQ_RESCHEDULE);
  yield* mutexUnlock(c, MUTEX_ID.membarrierIpi);
  return 0;
}
