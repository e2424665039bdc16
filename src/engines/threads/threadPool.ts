/** Host threads for simulated cpus: one Piscina worker each, all started and kept.
 *
 *  A cpu owns its thread for a whole run. With fewer threads than cpus one of them would wait in the pool's queue
 *  for ever, so the pool has exactly as many threads as cpus. Workers load compiled JavaScript. */
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';
import { EXIT, LabError } from '../../base/errors.js';
import { packageFile } from '../../jit/packageFile.js';
import type { CpuJob, CpuOutcome } from './cpuThread.js';

export class ThreadPool {
  readonly threads: number;
  readonly #worker: URL;
  #pool: Piscina<CpuJob, CpuOutcome> | undefined;
  /* Pools whose threads are being ended. Each is destroyed once: a second time, while the first is still at it,
     Piscina takes the workers that exit for crashed ones and starts others in their place. */
  readonly #ending: Promise<void>[] = [];

  constructor(threads: number) {
    this.#worker = packageFile('dist/workers/cpu.js');
    if (!existsSync(this.#worker)) {
      throw new LabError(
        'E_NOT_BUILT',
        `${this.#worker.pathname} does not exist`,
        'Run: npm run build',
        EXIT.broke,
      );
    }
    this.threads = threads;
    this.#pool = this.#start();
  }

  run(job: CpuJob): Promise<CpuOutcome> {
    /* A cpu compiles a new instance with each patch. Compiled lazily, each leaves about 1 KiB of native memory
       behind for good (Node 20; bench/memory.ts shows it); compiled at once, none does. Set here and not with the
       pool, because it holds for the whole process: binaryen, loaded meanwhile, would take twice as long. */
    setFlagsFromString('--no-wasm-lazy-compilation');
    this.#pool ??= this.#start();
    return this.#pool.run(job);
  }

  /** Ends every worker, also one that is stuck in user code; what they ran is rejected. Afterwards none is left, until
   *  another run starts new ones. */
  async close(): Promise<void> {
    if (this.#pool) this.#ending.push(this.#pool.destroy());
    this.#pool = undefined;
    await Promise.all(this.#ending);
  }

  #start(): Piscina<CpuJob, CpuOutcome> {
    return new Piscina({
      filename: this.#worker.href,
      name: 'cpu',
      minThreads: this.threads,
      maxThreads: this.threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      /* Their standard streams are the program's own: a run prints one document. */
      execArgv: [],
    });
  }
}
