/** On which cpus of the host a thread may run. Pinned, two threads share a cpu or do not, whatever the scheduler thinks.
 *
 *  Source: sched_setaffinity(2); thread 0 is the caller.
 *  Limit: the first 1024 cpus, as in cpu_set_t. */
import type { HostKernel } from './hostKernel.js';

const MASK_BYTES = 128;
const CALLER = 0;

/** What the calling thread may run on, in ascending order. */
export function allowedCpus(kernel: HostKernel): number[] {
  const mask = Buffer.alloc(MASK_BYTES);
  const get = kernel.libraryFunction('int sched_getaffinity(int thread, size_t bytes, _Out_ void *mask)');
  if (get(CALLER, MASK_BYTES, mask) < 0) return [];
  return Array.from({ length: 8 * MASK_BYTES }, (_, cpu) => cpu).filter(
    (cpu) => mask[cpu >> 3]! & (1 << (cpu & 7)),
  );
}

/** Does the work on one cpu, and gives the thread back where it may run. */
export function pinnedTo<Result>(kernel: HostKernel, cpu: number, work: () => Result): Result {
  const before = allowedCpus(kernel);
  const restrict = restriction(kernel);
  restrict([cpu]);
  try {
    return work();
  } finally {
    restrict(before);
  }
}

/** @returns what confines the calling thread to some cpus; throws where the host does not let it. */
export function restriction(kernel: HostKernel): (cpus: readonly number[]) => void {
  const set = kernel.libraryFunction('int sched_setaffinity(int thread, size_t bytes, const void *mask)');
  return (cpus) => {
    const mask = Buffer.alloc(MASK_BYTES);
    for (const cpu of cpus) mask[cpu >> 3]! |= 1 << (cpu & 7);
    if (set(CALLER, MASK_BYTES, mask) < 0)
      throw new Error(`the host lets no thread be pinned to cpu ${cpus}`);
  };
}
