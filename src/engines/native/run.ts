/** A run on the host: maps the code, starts a thread per task, watches them, adds up what they saw.
 *
 *  The kernel is the host's, and so is what serializes its cpus: no policy, and nothing of it can be taken away.
 *  Limit: one process, that of coresync, which stays registered for what a run registers it for. Cpus of the scenario are
 *  those that this process may use, in turn. */
import type { CounterName } from '../../hw/counters.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import { addTallies } from '../../oracle/judge.js';
import { judge } from '../../oracle/verdict.js';
import { WITHHELD } from '../../scenarios/publicationCode.js';
import { type JudgedRun, withEnding } from '../ending.js';
import type { PartlySeen } from '../runResult.js';
import type { Situation } from '../situation.js';
import { STOP, STOP_NAMES, type Stop } from '../stop.js';
import { startTimeout, Watchdog, type Watched, type WatchOptions } from '../watchdog.js';
import { instructionText } from '../whereabouts.js';
import { WorkerPool } from '../workerPool.js';
import { codeImage } from './codeImage.js';
import { allowedCpus } from './hostCpus.js';
import type { HostKernel } from './hostKernel.js';
import { mapCode, unmapCode } from './mappedCode.js';
import type { TaskJob, TaskOutcome } from './taskThread.js';
import { declareWords, stopTasks, type TaskWords } from './taskWords.js';

type Pool = WorkerPool<TaskJob, TaskOutcome>;

/** A thread that is ended while it loads the library of calls, or is in one of them, takes the process with it. Each looks
 *  now and then whether the run is over, so that none should have to be. */
const LEAVE_MS = 60_000;

/** @param situation one that unsupportedOnHost() lets pass.
 *  @throws {LabError} E_START_TIMEOUT where not every task got a thread in time. */
export async function runNative(
  kernel: HostKernel,
  situation: Situation,
  options: WatchOptions,
): Promise<PartlySeen> {
  const placements = situation.images.map(({ placement }) => placement);
  const image = codeImage(placements);
  const mapped = mapCode(kernel, image);
  const pool: Pool = new WorkerPool('task', situation.spec.tasks.length);
  try {
    return await runTasks(
      pool,
      situation.spec,
      { placements, mapped, hostCpus: allowedCpus(kernel) },
      options,
    );
  } finally {
    // In this order: a thread may be executing what is mapped.
    await pool.close();
    unmapCode(kernel, mapped, image);
  }
}

async function runTasks(
  pool: Pool,
  spec: MachineSpec,
  { placements, mapped, hostCpus }: Pick<TaskJob, 'placements' | 'mapped' | 'hostCpus'>,
  options: WatchOptions,
): Promise<PartlySeen> {
  const layout = declareWords(spec);
  const words = new Int32Array(new SharedArrayBuffer(layout.byteLength));
  const job = {
    spec,
    placements,
    mapped,
    words,
    hostCpus: Array.from({ length: spec.cpus }, (_, cpu) => hostCpus[cpu % hostCpus.length]!),
    startTimeoutMs: options.startTimeoutMs,
  };
  const begun = performance.now();
  const watchdog = new Watchdog(watched(words, layout, pool), options);
  const settled = await Promise.allSettled(spec.tasks.map((_, task) => pool.run({ ...job, task })));
  watchdog.end();
  const elapsedMs = performance.now() - begun;
  const stop = (Atomics.load(words, layout.run.stop(0)) || STOP.finished) as Stop;
  if (stop === STOP.notStarted) throw startTimeout(`${spec.tasks.length} tasks`, options.startTimeoutMs);
  const broken = settled.find((one) => one.status === 'rejected');
  if (broken && !watchdog.endedThreads) throw broken.reason;
  const outcomes = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const tally = addTallies(outcomes.map((outcome) => outcome.tally));
  const incomplete = stop === STOP.finished ? undefined : `the run was ended by: ${STOP_NAMES[stop]}`;
  return {
    judged: withEnding(
      judge(tally, incomplete),
      tally.publications === 0 ? endingOf(words, layout, spec) : undefined,
    ),
    tally,
    counters: { calls: tally.calls, ...countersOf(outcomes) },
    syncCoreByProcess: {},
    stoppedBy: STOP_NAMES[stop],
    whereabouts: incomplete === undefined ? [] : describeTasks(words, layout, spec),
    evidence: undefined,
    oversubscribed: spec.cpus > hostCpus.length,
    elapsedMs,
    unseen: 'serializations',
  };
}

function watched(words: Int32Array, layout: TaskWords, pool: Pool): Watched {
  const { run, task } = layout;
  return {
    threads: task.$count,
    started: () => Atomics.load(words, run.started(0)),
    progress: () => {
      let sum = 0;
      for (let id = 0; id < task.$count; id++) sum += Atomics.load(words, task.progress(id));
      return sum;
    },
    stop: (why) => stopTasks(words, layout, why),
    leaveMs: LEAVE_MS,
    endThreads: () => void pool.close(),
  };
}

function countersOf(outcomes: readonly TaskOutcome[]): Partial<Record<CounterName, number>> {
  const sum = (name: keyof TaskOutcome['counters']): number =>
    outcomes.reduce((total, { counters }) => total + counters[name], 0);
  return { contextSwitches: sum('contextSwitches'), syscalls: sum('syscalls'), patches: sum('patches') };
}

function endingOf(words: Int32Array, { run, variable }: TaskWords, spec: MachineSpec): JudgedRun['ending'] {
  if (words[run.aborted(0)] !== 0) return 'aborted';
  const withheld = spec.variables.indexOf(WITHHELD);
  return withheld >= 0 && words[variable.value(withheld)]! > 0 ? 'withheld' : undefined;
}

function describeTasks(words: Int32Array, { task, variable }: TaskWords, spec: MachineSpec): string[] {
  return spec.tasks.map(({ name }, id) => {
    const where = `cpu ${words[task.cpu(id)]}: task ${name}`;
    if (words[task.hasExited(id)] !== 0) return `${where}, has exited`;
    const instruction = instructionText(spec, words[task.pc(id)]!, (one) => words[variable.value(one)]!);
    return `${where}, round ${words[task.round(id)]}, at ${instruction}`;
  });
}
