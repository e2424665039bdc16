/** A run on real threads: boots the machine, starts a worker per cpu, watches them, adds up what they saw. */
import { availableParallelism } from 'node:os';
import { EXIT, LabError } from '../../base/errors.js';
import type { StationBytes } from '../../hw/processor.js';
import type { Hardware } from '../../hw/refresh.js';
import { allocateMemory, boot, declareMachine } from '../../kernel/boot.js';
import type { KernelLayout } from '../../kernel/layout.js';
import { SharedOrder } from '../../oracle/eventOrder.js';
import { addTallies } from '../../oracle/judge.js';
import { loadRunLoop } from '../runLoop.js';
import { type RunResult, summarize, unsupportedResult } from '../runResult.js';
import type { Situation } from '../situation.js';
import { STOP, type Stop, stopMachine } from '../stop.js';
import type { CpuOutcome } from './cpuThread.js';
import { textsForRun } from './kernelTexts.js';
import type { ThreadPool } from './threadPool.js';

export interface ThreadsOptions {
  /** Bound on starting all cpus, in milliseconds. */
  readonly startTimeoutMs: number;
  /** The watchdog ends a run in which no cpu makes progress for this long, in milliseconds. */
  readonly stallTimeoutMs: number;
  /** Bound on the whole run, in milliseconds. */
  readonly timeLimitMs: number;
  readonly hardware: Hardware;
  /** Of what typical hardware drops. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export const DEFAULT_THREADS_OPTIONS: ThreadsOptions = {
  startTimeoutMs: 10_000,
  stallTimeoutMs: 5_000,
  timeLimitMs: 120_000,
  hardware: 'adversarial',
  seed: 0,
};

/** How often the watchdog looks, in milliseconds. */
const WATCH_MS = 50;
/** How long a stopped cpu may take to leave its user code before its thread is ended, in milliseconds. */
const LEAVE_MS = 1_000;

/** @throws {LabError} E_START_TIMEOUT where not every cpu got a thread in time. */
export async function runThreads(
  pool: ThreadPool,
  situation: Situation,
  options: ThreadsOptions,
): Promise<RunResult> {
  const { spec } = situation;
  if (situation.unsupported !== undefined) return unsupportedResult(situation.unsupported);
  if (pool.threads < spec.cpus) throw new Error(`${spec.cpus} cpus need a pool of as many threads`);
  const layout = declareMachine(spec);
  const memory = allocateMemory(layout.byteLength);
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  boot(
    spec,
    layout,
    buffer,
    situation.images.map((image) => image.bytes),
  );
  const words = new Int32Array(buffer);
  const oversubscribed = spec.cpus > availableParallelism();
  const job = {
    spec,
    memory,
    runLoop: await loadRunLoop(),
    policy: situation.policy.name,
    plain: await textsForRun(situation.policy, situation.rounds),
    program: situation.program,
    hostCore: oversubscribed ? 'shared' : 'own',
    order: SharedOrder.allocate(spec.cpus + spec.tasks.length, spec.mms.length + 1),
    hardware: options.hardware,
    seed: options.seed,
    startTimeoutMs: options.startTimeoutMs,
  } as const;
  const begun = performance.now();
  const watchdog = new Watchdog(words, layout.kernel, pool, options);
  const outcomes = await Promise.allSettled(
    Array.from({ length: spec.cpus }, (_, cpu) => pool.run({ ...job, cpu })),
  );
  watchdog.end();
  const elapsedMs = performance.now() - begun;
  const stop = Atomics.load(words, layout.kernel.run.stop(0)) as Stop;
  const finished = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (stop === STOP.notStarted) throw startTimeout(spec.cpus, options.startTimeoutMs);
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken && !watchdog.endedThreads) throw broken.reason;
  return {
    ...summarize(words, layout.kernel, spec, addTallies(finished.map((outcome) => outcome.tally)), stop),
    evidence: evidenceOf(finished),
    oversubscribed,
    elapsedMs,
  };
}

/** The stations of the cpu that the finding is about. */
function evidenceOf(outcomes: readonly CpuOutcome[]): StationBytes | undefined {
  const { faults, finding } = addTallies(outcomes.map((outcome) => outcome.tally));
  const cpu = faults[0]?.cpu ?? finding?.cpu;
  return outcomes.find((outcome) => outcome.cpu === cpu)?.evidence;
}

function startTimeout(cpus: number, timeoutMs: number): LabError {
  return new LabError(
    'E_START_TIMEOUT',
    `not every one of the ${cpus} cpus had a host thread within ${timeoutMs} ms`,
    'Use fewer --cpus, or give the host more time with --start-timeout.',
    EXIT.couldNotJudge,
  );
}

/** Ends a run that makes no progress, takes too long, or is interrupted. */
class Watchdog {
  readonly #words: Int32Array;
  readonly #kernel: KernelLayout;
  readonly #pool: ThreadPool;
  readonly #options: ThreadsOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();
  readonly #abort = (): void => this.#stop(STOP.interrupted);
  #lastProgress = -1;
  #progressAt = performance.now();
  #stoppedAt: number | undefined;
  /** Cpus did not leave when told to, and their threads were ended. */
  endedThreads = false;

  constructor(words: Int32Array, kernel: KernelLayout, pool: ThreadPool, options: ThreadsOptions) {
    this.#words = words;
    this.#kernel = kernel;
    this.#pool = pool;
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
    stopMachine(this.#words, this.#kernel, why);
  }

  #look(): void {
    const now = performance.now();
    if (this.#stoppedAt !== undefined) {
      if (now - this.#stoppedAt > LEAVE_MS && !this.endedThreads) {
        this.endedThreads = true;
        void this.#pool.close();
      }
      return;
    }
    const progress = this.#progress();
    if (progress !== this.#lastProgress) {
      this.#lastProgress = progress;
      this.#progressAt = now;
    }
    const started = Atomics.load(this.#words, this.#kernel.run.startedCpus(0));
    if (started < this.#kernel.hw.dimensions.cpus) {
      if (now - this.#begun >= this.#options.startTimeoutMs) this.#stop(STOP.notStarted);
    } else if (now - this.#progressAt > this.#options.stallTimeoutMs) this.#stop(STOP.stalled);
    else if (now - this.#begun > this.#options.timeLimitMs) this.#stop(STOP.timeLimit);
  }

  #progress(): number {
    let sum = 0;
    for (let cpu = 0; cpu < this.#kernel.hw.dimensions.cpus; cpu++) {
      sum += Atomics.load(this.#words, this.#kernel.hw.cpu.progress(cpu));
    }
    return sum;
  }
}
