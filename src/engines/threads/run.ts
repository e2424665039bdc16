/** A run on real threads: boots the machine, starts a worker per cpu, watches them, adds up what they saw. */
import { availableParallelism } from 'node:os';
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
import {
  DEFAULT_WATCH_OPTIONS,
  startTimeout,
  Watchdog,
  type Watched,
  type WatchOptions,
} from '../watchdog.js';
import type { CpuOutcome } from './cpuThread.js';
import { textsForRun } from './kernelTexts.js';
import type { ThreadPool } from './threadPool.js';

export interface ThreadsOptions extends WatchOptions {
  readonly hardware: Hardware;
  /** Of what typical hardware drops. */
  readonly seed: number;
}

export const DEFAULT_THREADS_OPTIONS: ThreadsOptions = {
  ...DEFAULT_WATCH_OPTIONS,
  hardware: 'adversarial',
  seed: 0,
};

/** User code looks at its doorbell far more often. */
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
  const watchdog = new Watchdog(watched(words, layout.kernel, pool), options);
  const outcomes = await Promise.allSettled(
    Array.from({ length: spec.cpus }, (_, cpu) => pool.run({ ...job, cpu })),
  );
  watchdog.end();
  const elapsedMs = performance.now() - begun;
  const stop = Atomics.load(words, layout.kernel.run.stop(0)) as Stop;
  const finished = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (stop === STOP.notStarted) throw startTimeout(`${spec.cpus} cpus`, options.startTimeoutMs);
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

function watched(words: Int32Array, kernel: KernelLayout, pool: ThreadPool): Watched {
  const { cpus } = kernel.hw.dimensions;
  return {
    threads: cpus,
    started: () => Atomics.load(words, kernel.run.startedCpus(0)),
    progress: () => {
      let sum = 0;
      for (let cpu = 0; cpu < cpus; cpu++) sum += Atomics.load(words, kernel.hw.cpu.progress(cpu));
      return sum;
    },
    stop: (why) => stopMachine(words, kernel, why),
    leaveMs: LEAVE_MS,
    endThreads: () => void pool.close(),
  };
}
