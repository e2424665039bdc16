/** Host threads for simulated cpus: one each. */
import { setFlagsFromString } from 'node:v8';
import { WorkerPool } from '../workerPool.js';
import type { CpuJob, CpuOutcome } from './cpuThread.js';

export class ThreadPool extends WorkerPool<CpuJob, CpuOutcome> {
  constructor(threads: number) {
    super('cpu', threads);
  }

  override run(job: CpuJob): Promise<CpuOutcome> {
    /* A cpu compiles a new instance with each patch. Compiled lazily, each leaves about 1 KiB of native memory
       behind for good (Node 20; bench/memory.ts shows it); compiled at once, none does. Set here and not with the
       pool, because it holds for the whole process: binaryen, loaded meanwhile, would take twice as long. */
    setFlagsFromString('--no-wasm-lazy-compilation');
    return super.run(job);
  }
}
