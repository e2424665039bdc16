/** Two threads to measure the host on. Every wait for them has an end. */
import { setTimeout as after } from 'node:timers/promises';
import { WorkerPool } from '../workerPool.js';
import type { HostJob, JobInput, JobName, JobOutcome } from './hostThread.js';
import type { Ringing } from './wordPingPong.js';

const THREADS = 2;

type CpuPair = readonly [number | undefined, number | undefined];
const NO_CPUS: CpuPair = [undefined, undefined];

function startedPool(): WorkerPool<HostJob, JobOutcome<JobName>> {
  const pool = new WorkerPool<HostJob, JobOutcome<JobName>>('host', THREADS);
  // Said by bounded(); in between nobody waits for them.
  pool.broken.catch(() => {});
  return pool;
}

export class HostThreads {
  #pool = startedPool();
  readonly #limitMs: number;

  /** @param limitMs of whatever is measured at once. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** @param cpu the cpu to do it on, which takes FFI. */
  run<Name extends JobName>(does: Name, input: JobInput<Name>, cpu?: number): Promise<JobOutcome<Name>> {
    return this.#pool.run({ does, input, cpu }) as Promise<JobOutcome<Name>>;
  }

  /** Waits for what the threads do. Where that takes too long they are ended, and others started for the next job.
   *  @param release lets a thread go that waits in the kernel, where no end reaches it. */
  async bounded<Value>(work: Promise<Value>, release: () => void = () => {}): Promise<Value> {
    const over = new AbortController();
    const limit = after(this.#limitMs, undefined, { signal: over.signal }).then((): never => {
      throw new Error(`it was not done after ${this.#limitMs} ms`);
    });
    try {
      return await Promise.race([work, limit, this.#pool.broken]);
    } catch (error) {
      release();
      await this.close();
      // A pool that broke once stays broken.
      this.#pool = startedPool();
      throw error;
    } finally {
      over.abort();
    }
  }

  /** Of a word between the two, in nanoseconds, a mean of each block.
   *  @param words of pingPongWords().
   *  @param cpus one for each, which takes FFI; any where left out. */
  async roundTrips(
    words: Int32Array,
    ringing: Ringing,
    [ringer, answerer]: CpuPair = NO_CPUS,
  ): Promise<readonly number[]> {
    const [samples] = await this.bounded(
      Promise.all([this.run('ring', { words, ringing }, ringer), this.run('answer', { words }, answerer)]),
    );
    return samples;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
