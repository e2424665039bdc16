/** Measures a situation in virtual time: what an operation costs, where the cycles went, which serializations were
 *  needed, and how long publications took. Whole numbers: the same seed gives the same ones anywhere. */
import { EXIT, LabError } from '../../base/errors.js';
import type { CycleCosts } from '../../hw/costProfile.js';
import { COUNTER, COUNTERS, type CounterName } from '../../hw/counters.js';
import { ORDERING_POINTS } from '../../kernel/orderingPoints.js';
import { amountOf } from '../../scenarios/assemble.js';
import type { Workload } from '../../scenarios/scenario.js';
import { peerCount } from '../../scenarios/taskPlacement.js';
import { loadRunLoop } from '../runLoop.js';
import type { Situation } from '../situation.js';
import type { Accounts } from './accounts.js';
import type { Quantiles } from './distribution.js';
import { VirtualMachine } from './virtualMachine.js';

export interface MeasureOptions {
  readonly workload: Workload;
  /** Of the workload's parameters, what the run chose. */
  readonly chosen: Readonly<Record<string, number>>;
  readonly costs: CycleCosts;
  readonly seed: number;
  /** Bound on turns. */
  readonly maxSteps: number;
}

export const DEFAULT_MAX_STEPS = 200_000_000;

/** Cycles that one cause took, and how often it happened, where that is counted. */
export interface Share {
  readonly cycles: number;
  readonly count?: number;
}

export interface Measurement {
  readonly operations: number;
  /** Of all cpus, without idling and without polling in user mode. */
  readonly busyCycles: number;
  /** Of cpus that never ran a task of the process that publishes. */
  readonly bystanderCycles: number;
  readonly bystanders: number;
  readonly elapsedCycles: number;
  /** By cause; the causes that count as busy add up to `busyCycles`. */
  readonly breakdown: Readonly<Record<string, Share>>;
  /** By cause, cycles that are not busy. */
  readonly notBusy: Readonly<Record<string, number>>;
  readonly useful: number;
  readonly redundant: number;
  /** Executions that were stale, torn, or owed a serialization. */
  readonly missed: number;
  readonly counters: Readonly<Record<CounterName, number>>;
  readonly membarrier: Quantiles | undefined;
  readonly publication: Quantiles | undefined;
}

/** Not busy: the cpu could have done something else, or polled for the sake of the workload. */
const NOT_BUSY: readonly string[] = ['idle', 'polling'];

/** What a cause is counted by. */
const COUNTED: Readonly<Record<string, CounterName>> = {
  userCalls: 'calls',
  decode: 'decodes',
  patching: 'patches',
  syscallEntry: 'syscalls',
  syscallReturn: 'syscallReturns',
  interruptReturn: 'interruptReturns',
  contextSwitch: 'contextSwitches',
  addressSpaceLoad: 'crWrites',
  interruptEntry: 'interrupts',
  ipiSend: 'ipiSent',
};

const NS_PER_S = 1e9;

/** @throws {LabError} E_INCOMPLETE where the workload did not come to its end. */
export async function measureVirtual(situation: Situation, options: MeasureOptions): Promise<Measurement> {
  const { spec } = situation;
  const { workload, chosen, costs, seed, maxSteps } = options;
  const hz = workload.timerHz === undefined ? 0 : amountOf(workload.timerHz, workload, chosen);
  const machine = new VirtualMachine({
    spec,
    policy: situation.policy,
    images: situation.images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs,
    seed,
    granularity: 'turn',
    timerPeriod: hz === 0 ? undefined : Math.round((costs.cyclesPerNs * NS_PER_S) / hz),
  });
  const halt = machine.run(maxSteps);
  if (halt !== 'finished') {
    throw new LabError(
      'E_INCOMPLETE',
      `${workload.name} under ${situation.policy.name} did not come to its end: ${halt}`,
      'Choose fewer rounds, or look at it with `coresync run`.',
      EXIT.couldNotJudge,
    );
  }
  const { accounts, recorder } = machine;
  const { operation } = workload;
  const peers = operation.timesPeers ? peerCount(workload, spec.cpus) : 1;
  const operations = situation.rounds * amountOf(operation.perRound, workload, chosen) * peers;
  const counters = countersOf(machine);
  const bystanders = bystandersOf(situation);
  const all = accounts.total();
  const { tally } = machine.judge;
  return {
    operations,
    busyCycles: busy(all),
    bystanderCycles: busy(accounts.total((cpu) => bystanders.has(cpu))),
    bystanders: bystanders.size,
    elapsedCycles: machine.cycles,
    breakdown: breakdownOf(all, counters, costs),
    notBusy: Object.fromEntries(Object.entries(all).filter(([cause]) => NOT_BUSY.includes(cause))),
    useful: sum(recorder.ledger.useful),
    redundant: sum(recorder.ledger.redundant),
    missed: tally.stale + tally.torn + tally.unserialized,
    counters,
    membarrier: recorder.membarrierLatency.quantiles,
    publication: recorder.publicationLatency.quantiles,
  };
}

function busy(byCause: ReturnType<Accounts['total']>): number {
  return Object.entries(byCause).reduce(
    (total, [cause, cycles]) => (NOT_BUSY.includes(cause) ? total : total + cycles),
    0,
  );
}

function breakdownOf(
  byCause: ReturnType<Accounts['total']>,
  counters: Readonly<Record<CounterName, number>>,
  costs: CycleCosts,
): Record<string, Share> {
  const sync = new Set(ORDERING_POINTS.map((point) => `sync:${point.id}`));
  return Object.fromEntries(
    Object.entries(byCause)
      .filter(([cause]) => !NOT_BUSY.includes(cause))
      .map(([cause, cycles]): [string, Share] => {
        const counter = COUNTED[cause];
        if (counter) return [cause, { cycles, count: counters[counter] }];
        return [cause, sync.has(cause) ? { cycles, count: cycles / costs.syncCore } : { cycles }];
      }),
  );
}

function countersOf({ words, layout, spec }: VirtualMachine): Record<CounterName, number> {
  return Object.fromEntries(
    COUNTERS.map((name) => {
      let total = 0;
      for (let cpu = 0; cpu < spec.cpus; cpu++) total += words[layout.kernel.hw.counter(cpu, COUNTER[name])]!;
      return [name, total];
    }),
  ) as Record<CounterName, number>;
}

/** Cpus to which no task of a process that calls membarrier is assigned. */
function bystandersOf({ scenario, spec }: Situation): ReadonlySet<number> {
  const publishing = new Set(
    scenario.tasks
      .filter((task) => JSON.stringify(task.program).includes('"publish"'))
      .map((task) => scenario.processes.indexOf(task.process) + 1),
  );
  const involved = new Set(spec.tasks.filter((task) => publishing.has(task.mm)).map((task) => task.cpu));
  if (publishing.size === 0) return new Set();
  return new Set(Array.from({ length: spec.cpus }, (_, cpu) => cpu).filter((cpu) => !involved.has(cpu)));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
