/** SYNC_CORE round trip on the threads engine: one thread calls membarrier again and again, its peer never leaves
 *  user code. Beside it the host kernel's own membarrier, in turns: with a peer that runs, and is interrupted in each call.
 *
 *  The caller's round counter is read from shared memory while both cpus run, at regular moments; the time between
 *  two readings over the calls between them is one sample. A call includes what the shim does around it: system
 *  call entry and exit, the scan of every run queue, the interrupt, the serialization on both cpus.
 *  The peer decodes again after each serialization, before it can answer the next one.
 *  Limit: the host's needs koffi, and a count of interrupts that is readable; without them nothing is compared. */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { nsPerCall } from '../src/engines/native/costSamples.js';
import { allowedCpus } from '../src/engines/native/hostCpus.js';
import { type HostKernel, openHostKernel } from '../src/engines/native/hostKernel.js';
import { besidePeer } from '../src/engines/native/hostMeasurements.js';
import { HostThreads } from '../src/engines/native/hostThreads.js';
import { interruptsPeer } from '../src/engines/native/membarrierBlocks.js';
import { loadRunLoop } from '../src/engines/runLoop.js';
import { prepareSituation, type Situation } from '../src/engines/situation.js';
import { STOP, stopMachine } from '../src/engines/stop.js';
import { textsForRun } from '../src/engines/threads/kernelTexts.js';
import { ThreadPool } from '../src/engines/threads/threadPool.js';
import { COUNTER, type CounterName } from '../src/hw/counters.js';
import { allocateMemory, boot, declareMachine } from '../src/kernel/boot.js';
import { SharedOrder } from '../src/oracle/eventOrder.js';
import { assemble } from '../src/scenarios/assemble.js';
import type { TaskSpec } from '../src/scenarios/scenario.js';
import type { Bench } from './harness/bench.js';
import { nowNs } from './harness/clock.js';
import { summaryText, targetText } from './harness/text.js';

const OPTIONS = {
  samples: { about: 'samples', default: 60, least: 30, most: 10_000 },
  interval: { about: 'milliseconds per sample', default: 50, least: 5, most: 10_000 },
} as const;

const CPUS = 2;
const ENDLESS_ROUNDS = 100_000_000;
const WARM_MS = 500;
const START_TIMEOUT_MS = 10_000;
/** Ours and the host's, one after the other, so that a slow moment meets both. */
const TURNS = 4;
const HOST_BUDGET_MS = 5000;
const HOST_LIMIT_MS = 20_000;

/** The peer calls a unit until it is told to stop; nothing is patched. */
const TASKS: readonly TaskSpec[] = [
  {
    name: 'caller',
    process: 'jit',
    on: 'first',
    program: [
      { op: 'membarrier', command: 'register-sync-core' },
      { op: 'rounds', body: [{ op: 'membarrier', command: 'sync-core' }] },
    ],
  },
  {
    name: 'peer',
    process: 'jit',
    on: 'peers',
    program: [{ op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1_000_000_000 }] }],
  },
];
/** After the idle tasks. */
const CALLER_TASK = CPUS;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'SYNC_CORE round trip on the threads engine with one running peer',
  options: OPTIONS,
  async run({ samples, interval }) {
    const host = await openHost();
    const ours: number[] = [];
    const hosts: number[] = [];
    let last: Measured | undefined;
    for (let turn = 0; turn < TURNS; turn++) {
      last = await measure(Math.ceil(samples / TURNS), interval);
      ours.push(...last.nsPerCall);
      if (typeof host !== 'string') hosts.push(...(await hostCalls(host, last.nsPerCall.length)));
    }
    const { calls, perCall } = last!;
    const cores = availableParallelism();
    return {
      lines: [
        `membarrier call: ${summaryText(ours, 1, 'ns')} of about ${Math.round((calls * TURNS) / samples)} calls each`,
        `per call: ${perCall('ipiSent')} interrupts sent, ${perCall('interruptReturns')} interrupt returns, ${perCall('decodes')} decodes`,
        `oversubscribed: ${cores < CPUS ? 'YES, this is the scheduler' : `no (${CPUS} cpus, ${cores} cores)`}`,
        ...(typeof host === 'string'
          ? [`the host kernel's own membarrier: not measured, ${host}`]
          : comparedWithHost(ours, hosts)),
      ],
      series: [
        { id: 'membarrier-sync-core', unit: 'ns', samples: ours },
        ...(hosts.length > 0 ? [{ id: 'host-membarrier-sync-core', unit: 'ns', samples: hosts }] : []),
      ],
    };
  },
};

function comparedWithHost(ours: readonly number[], hosts: readonly number[]): string[] {
  if (hosts.length < ours.length) {
    return [`the host kernel's own membarrier: ${hosts.length} blocks that interrupted the peer, too few`];
  }
  const ratios = ours.map((one, index) => one / hosts[index]!);
  return [
    `the host kernel's own membarrier: ${summaryText(hosts, 1, 'ns')}`,
    `threads engine over host: ${summaryText(ratios, 2, '')}`,
    `  ${targetText(ratios, { at: 'most', value: 1 })}`,
  ];
}

/** @returns why there is none. */
async function openHost(): Promise<HostKernel | string> {
  const host = await openHostKernel();
  return 'unavailable' in host ? host.unavailable : host;
}

/** Nanoseconds a call, of each block in which the peer was interrupted each time. */
async function hostCalls(host: HostKernel, blocks: number): Promise<readonly number[]> {
  const threads = new HostThreads(HOST_LIMIT_MS);
  try {
    const plan = { blocks, counts: 'interrupting-blocks', budgetMs: HOST_BUDGET_MS } as const;
    const [cpu, peerCpu] = allowedCpus(host);
    if (peerCpu === undefined) return [];
    return nsPerCall(await besidePeer(threads, plan, cpu, peerCpu), interruptsPeer);
  } finally {
    await threads.close();
  }
}

interface Measured {
  readonly nsPerCall: readonly number[];
  readonly calls: number;
  readonly perCall: (counter: CounterName) => string;
}

async function situation(): Promise<Situation> {
  const base = await prepareSituation({ scenario: 'running-peer', cpus: CPUS });
  const scenario = { ...base.scenario, name: 'membarrier-bench', tasks: TASKS };
  const parameters = { ...base.scenario.defaults, cpus: CPUS, rounds: ENDLESS_ROUNDS, without: [] };
  const spec = assemble(scenario, parameters, base.profile, base.spec.config, base.protocol, base.images);
  return { ...base, scenario, spec };
}

async function measure(samples: number, intervalMs: number): Promise<Measured> {
  const { spec, images, policy } = await situation();
  const layout = declareMachine(spec);
  const { kernel } = layout;
  const memory = allocateMemory(layout.byteLength);
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  boot(
    spec,
    layout,
    buffer,
    images.map((image) => image.bytes),
  );
  const words = new Int32Array(buffer);
  const pool = new ThreadPool(CPUS);
  const job = {
    spec,
    memory,
    runLoop: await loadRunLoop(),
    policy: policy.name,
    plain: await textsForRun(policy, ENDLESS_ROUNDS),
    hostCore: CPUS > availableParallelism() ? 'shared' : 'own',
    order: SharedOrder.allocate(spec.cpus + spec.tasks.length, spec.mms.length + 1),
    hardware: 'adversarial',
    seed: 0,
    startTimeoutMs: START_TIMEOUT_MS,
  } as const;
  const runs = Promise.all(Array.from({ length: CPUS }, (_, cpu) => pool.run({ ...job, cpu })));
  const round = (): number => Atomics.load(words, kernel.task.round(CALLER_TASK));
  const total = (counter: CounterName): number =>
    Array.from({ length: CPUS }, (_, cpu) => words[kernel.hw.counter(cpu, COUNTER[counter])]!).reduce(
      (sum, count) => sum + count,
    );
  const sampling = async (): Promise<Measured> => {
    while (round() < 2) await sleep(1);
    await sleep(WARM_MS);
    const firstRound = round();
    const nsPerCall: number[] = [];
    for (let i = 0; i < samples; i++) {
      const from = round();
      const begun = nowNs();
      await sleep(intervalMs);
      const until = round();
      nsPerCall.push((nowNs() - begun) / (until - from));
    }
    const all = round();
    const perCall = (counter: CounterName): string => (total(counter) / all).toFixed(3);
    return { nsPerCall, calls: all - firstRound, perCall };
  };
  try {
    /* Without a result of the cpus: they end only if something broke, or a cpu never started. */
    const ended = runs.then((): never => {
      throw new Error('the cpus ended by themselves');
    });
    return await Promise.race([sampling(), ended]);
  } finally {
    stopMachine(words, kernel, STOP.interrupted);
    await runs;
    await pool.close();
  }
}
