/** Host threads that do one kind of job: one Piscina worker each, all started and kept.
 *
 *  A job owns its thread until it ends, and jobs wait for each other. With fewer threads than jobs one of them would wait
 *  in the pool's queue for ever, so a pool is given as many threads as there are jobs. Workers load compiled JavaScript. */
import { existsSync } from 'node:fs';
import { Piscina } from 'piscina';
import { EXIT, LabError } from '../base/errors.js';
import { packageFile } from '../jit/packageFile.js';

export class WorkerPool<Job, Outcome> {
  readonly threads: number;
  /** Rejected where a thread breaks that has no job, as one that cannot be started at all: who does not wait for it ends by it. */
  readonly broken: Promise<never>;
  readonly #entry: string;
  readonly #worker: URL;
  #pool: Piscina<Job, Outcome> | undefined;
  /* Pools whose threads are being ended. Each is destroyed once: a second time, while the first is still at it,
     Piscina takes the workers that exit for crashed ones and starts others in their place. */
  readonly #ending: Promise<void>[] = [];
  #break: (error: Error) => void = () => {};

  /** @param entry a file of workers/, which exports a function of that name.
   *  @throws {LabError} E_NOT_BUILT */
  constructor(entry: string, threads: number) {
    this.#entry = entry;
    this.#worker = packageFile(`dist/workers/${entry}.js`);
    if (!existsSync(this.#worker)) {
      throw new LabError(
        'E_NOT_BUILT',
        `${this.#worker.pathname} does not exist`,
        'Run: npm run build',
        EXIT.broke,
      );
    }
    this.threads = threads;
    this.broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    this.#pool = this.#start();
  }

  run(job: Job): Promise<Outcome> {
    this.#pool ??= this.#start();
    return this.#pool.run(job);
  }

  /** Ends every worker, also one that is stuck; what they ran is rejected. Afterwards none is left, until another run
   *  starts new ones. */
  async close(): Promise<void> {
    if (this.#pool) this.#ending.push(this.#pool.destroy());
    this.#pool = undefined;
    await Promise.all(this.#ending);
  }

  #start(): Piscina<Job, Outcome> {
    const pool = new Piscina<Job, Outcome>({
      filename: this.#worker.href,
      name: this.#entry,
      minThreads: this.threads,
      maxThreads: this.threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      /* Their standard streams are the program's own: a run prints one document. */
      execArgv: [],
    });
    pool.on('error', (error: Error) => this.#break(error));
    return pool;
  }
}
