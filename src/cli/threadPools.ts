/** The pools of a command: one per number of cpus, started when first needed and kept for the next run. */

import type { RunResult } from '../engines/runResult.js';
import type { Situation } from '../engines/situation.js';
import type { ThreadsOptions } from '../engines/threads/run.js';
import type { ThreadPool } from '../engines/threads/threadPool.js';

export class ThreadPools {
  readonly #pools = new Map<number, Promise<ThreadPool>>();

  /** Starts the threads, so that they are there when they are needed. */
  start(cpus: number): Promise<ThreadPool> {
    let pool = this.#pools.get(cpus);
    if (!pool) {
      pool = startPool(cpus);
      this.#pools.set(cpus, pool);
    }
    return pool;
  }

  async run(situation: Situation, options: Partial<ThreadsOptions>): Promise<RunResult> {
    const pool = this.start(situation.spec.cpus);
    const { DEFAULT_THREADS_OPTIONS, runThreads } = await import('../engines/threads/run.js');
    return runThreads(await pool, situation, { ...DEFAULT_THREADS_OPTIONS, ...options });
  }

  /** Ends every thread; nothing is left behind. */
  async close(): Promise<void> {
    const pools = await Promise.all(this.#pools.values());
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

async function startPool(cpus: number): Promise<ThreadPool> {
  const { ThreadPool } = await import('../engines/threads/threadPool.js');
  return new ThreadPool(cpus);
}
