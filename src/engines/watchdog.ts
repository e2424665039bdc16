/** Ends a run on host threads that makes no progress, takes too long, or is interrupted. */
import { EXIT, LabError } from '../base/errors.js';
import { STOP, type Stop } from './stop.js';

export interface WatchOptions {
  /** Bound on starting all threads, in milliseconds. */
  readonly startTimeoutMs: number;
  /** Ends a run in which nobody makes progress for this long, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Bound on the whole run, in milliseconds. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
}

export const DEFAULT_WATCH_OPTIONS: WatchOptions = {
  startTimeoutMs: 10_000,
  stallTimeoutMs: 5_000,
  timeLimitMs: 120_000,
};

/** The run. */
export interface Watched {
  readonly threads: number;
  /** Threads that have started. */
  readonly started: () => number;
  /** Changes while anybody makes progress. */
  readonly progress: () => number;
  /** Tells every thread to leave. */
  readonly stop: (why: Stop) => void;
  /** How long they may take to leave before they are ended, in milliseconds. */
  readonly leaveMs: number;
  /** Ends those that did not leave. */
  readonly endThreads: () => void;
}

/** How often it looks, in milliseconds. */
const WATCH_MS = 50;
export class Watchdog {
  readonly #watched: Watched;
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();
  readonly #abort = (): void => this.#stop(STOP.interrupted);
  #lastProgress = -1;
  #progressAt = performance.now();
  #stoppedAt: number | undefined;
  /** Threads did not leave when told to, and were ended. */
  endedThreads = false;

  constructor(watched: Watched, options: WatchOptions) {
    this.#watched = watched;
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), Math.min(WATCH_MS, options.startTimeoutMs));
    if (options.signal?.aborted) this.#abort();
    options.signal?.addEventListener('abort', this.#abort);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#abort);
  }

  #stop(why: Stop): void {
    this.#stoppedAt ??= performance.now();
    this.#watched.stop(why);
  }

  #look(): void {
    const now = performance.now();
    if (this.#stoppedAt !== undefined) {
      if (now - this.#stoppedAt > this.#watched.leaveMs && !this.endedThreads) {
        this.endedThreads = true;
        this.#watched.endThreads();
      }
      return;
    }
    const progress = this.#watched.progress();
    if (progress !== this.#lastProgress) {
      this.#lastProgress = progress;
      this.#progressAt = now;
    }
    if (this.#watched.started() < this.#watched.threads) {
      if (now - this.#begun >= this.#options.startTimeoutMs) this.#stop(STOP.notStarted);
    } else if (now - this.#progressAt > this.#options.stallTimeoutMs) this.#stop(STOP.stalled);
    else if (now - this.#begun > this.#options.timeLimitMs) this.#stop(STOP.timeLimit);
  }
}

/** @param whom as in `2 cpus`. */
export function startTimeout(whom: string, timeoutMs: number): LabError {
  return new LabError(
    'E_START_TIMEOUT',
    `not every one of the ${whom} had a host thread within ${timeoutMs} ms`,
    'Use fewer --cpus, or give the host more time with --start-timeout.',
    EXIT.couldNotJudge,
  );
}
