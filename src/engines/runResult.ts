/** What every engine reports about a run. */
import { COUNTER, COUNTERS, type CounterName } from '../hw/counters.js';
import type { StationBytes } from '../hw/processor.js';
import type { KernelLayout } from '../kernel/layout.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { addTallies, type Tally } from '../oracle/judge.js';
import { judge } from '../oracle/verdict.js';
import { endingOf, type JudgedRun, withEnding } from './ending.js';
import { STOP, STOP_NAMES, type Stop, type StoppedBy } from './stop.js';
import { describeCpus } from './whereabouts.js';

export interface RunSummary {
  readonly judged: JudgedRun;
  readonly tally: Tally;
  readonly counters: Readonly<Record<CounterName, number>>;
  /** sync_core() executed on behalf of each process. */
  readonly syncCoreByProcess: Readonly<Record<string, number>>;
  readonly stoppedBy: StoppedBy;
  /** Where each cpu stood, if the run did not come to its end. */
  readonly whereabouts: readonly string[];
}

export interface RunResult extends RunSummary {
  /** The stations at the first execution that went wrong, on the cpu it went wrong on. */
  readonly evidence: StationBytes | undefined;
  /** More simulated cpus than host cores: wall-clock figures of such a run mean nothing. */
  readonly oversubscribed: boolean;
  /** Wall clock; undefined where time is virtual. */
  readonly elapsedMs: number | undefined;
  /** Virtual time at the end of the run, in cycles; undefined where time is wall clock. */
  readonly cycles?: number;
}

/** What a run came to where the cpus are not simulated. */
export interface PartlySeen extends Omit<RunResult, 'counters'> {
  /** Of what can be counted. */
  readonly counters: Readonly<Partial<Record<CounterName, number>>>;
  /** What nobody can see there; then P-SYNC is not judged. */
  readonly unseen?: 'serializations';
}

/** The result of a situation that is not run because it cannot be judged here. */
export function unsupportedResult(reason: string): RunResult {
  const zero = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<CounterName, number>;
  return {
    judged: { verdict: 'unsupported', reason },
    tally: addTallies([]),
    counters: zero,
    syncCoreByProcess: {},
    stoppedBy: STOP_NAMES[STOP.no],
    whereabouts: [],
    evidence: undefined,
    oversubscribed: false,
    elapsedMs: undefined,
  };
}

/** Reads what the machine counted, and judges it. */
export function summarize(
  words: Int32Array,
  kernel: KernelLayout,
  spec: MachineSpec,
  tally: Tally,
  stop: Stop,
): RunSummary {
  const cpus = Array.from({ length: spec.cpus }, (_, cpu) => cpu);
  const total = (address: (cpu: number) => number): number =>
    cpus.reduce((sum, cpu) => sum + words[address(cpu)]!, 0);
  const counters = Object.fromEntries(
    COUNTERS.map((name) => [name, total((cpu) => kernel.hw.counter(cpu, COUNTER[name]))]),
  ) as Record<CounterName, number>;
  const syncCoreByProcess = Object.fromEntries(
    spec.mms.map((name, index) => [name, total((cpu) => kernel.syncCoreFor(cpu, index + 1))]),
  );
  const complete = stop === STOP.finished;
  return {
    judged: withEnding(
      judge(tally, complete ? undefined : `the run was ended by: ${STOP_NAMES[stop]}`),
      tally.publications === 0 ? endingOf(words, kernel, spec) : undefined,
    ),
    tally,
    counters,
    syncCoreByProcess,
    stoppedBy: STOP_NAMES[stop],
    whereabouts: complete ? [] : describeCpus(words, kernel, spec),
  };
}
