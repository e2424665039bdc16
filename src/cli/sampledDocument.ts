/** Measures on real threads: wall clock per operation, the policies in turns in an order drawn by lot. */
import { availableParallelism } from 'node:os';
import { EXIT, LabError } from '../base/errors.js';
import { Random } from '../base/random.js';
import { summarize } from '../base/statistics.js';
import { loadWorkload } from '../engines/catalogue.js';
import type { Plan } from '../engines/plan.js';
import { prepareSituation, type Situation } from '../engines/situation.js';
import type { BenchDocument, SampledSeries } from '../report/benchSchema.js';
import { seriesId } from '../report/benchSeries.js';
import { amountOf } from '../scenarios/assemble.js';
import { peerCount } from '../scenarios/taskPlacement.js';
import { inputsOf } from './benchDocument.js';
import { environment } from './environment.js';
import { ThreadPools } from './threadPools.js';

const WARM_UP = 2;
const NS_PER_MS = 1e6;
const ROUNDS = 1000;

/** One thing to measure: a run of it gives one sample. */
export interface Sampler {
  readonly policy: string;
  readonly situation: Situation;
  /** @returns ns per operation. */
  readonly sample: () => Promise<number>;
}

/** @throws {LabError} E_USAGE where a parameter has several values; E_OVERSUBSCRIBED where there are not as many host cores as cpus: such times mean nothing. */
export async function sampler(
  pools: ThreadPools,
  workload: string,
  policy: string,
  plan: Pick<Plan, 'arch' | 'kernel' | 'sweep'>,
): Promise<Sampler> {
  const scenario = await loadWorkload(workload);
  const swept = Object.entries(plan.sweep).find(([, values]) => values.length > 1);
  if (swept) {
    throw new LabError(
      'E_USAGE',
      `-p ${swept[0]}=${swept[1].join(',')}: on real threads a parameter has one value`,
      `Choose one, as in -p ${swept[0]}=${swept[1][0]}, or sweep with \`coresync bench\` in virtual time.`,
    );
  }
  const { cpus: [cpus = 2] = [], rounds: [rounds = ROUNDS] = [], calls: [calls] = [], ...own } = plan.sweep;
  if (cpus > availableParallelism()) {
    throw new LabError(
      'E_OVERSUBSCRIBED',
      `${cpus} cpus on ${availableParallelism()} host cores: wall-clock figures of such a run mean nothing`,
      'Choose fewer, as in -p cpus=2, or --engine virtual.',
      EXIT.couldNotJudge,
    );
  }
  const chosen = Object.fromEntries(Object.entries(own).map(([name, values]) => [name, values[0]!]));
  const { arch, kernel } = plan;
  const situation = await prepareSituation({
    scenario: workload,
    policy,
    arch,
    kernel,
    cpus,
    rounds,
    callsPerRound: calls,
    chosen,
  });
  const { operation } = scenario;
  const peers = operation.timesPeers ? peerCount(scenario, cpus) : 1;
  const operations = rounds * amountOf(operation.perRound, scenario, chosen) * peers;
  const sample = async (): Promise<number> => {
    const { elapsedMs, stoppedBy } = await pools.run(situation, {});
    if (elapsedMs !== undefined && elapsedMs > 0) return (elapsedMs * NS_PER_MS) / operations;
    throw new LabError(
      'E_SAMPLE',
      `a run gave no time (${stoppedBy})`,
      'Choose more rounds.',
      EXIT.couldNotJudge,
    );
  };
  return { policy, situation, sample };
}

export async function sampledDocument(plan: Plan, samples: number): Promise<BenchDocument> {
  const pools = new ThreadPools();
  const series: SampledSeries[] = [];
  const random = new Random(plan.seed);
  try {
    for (const workload of plan.workloads) {
      const samplers = await Promise.all(
        plan.policies.map((policy) => sampler(pools, workload, policy, plan)),
      );
      const taken = samplers.map((): number[] => []);
      for (let round = -WARM_UP; round < samples; round++) {
        for (const index of random.permutation(samplers.length)) {
          const ns = await samplers[index]!.sample();
          if (round >= 0) taken[index]!.push(ns);
        }
      }
      series.push(...samplers.map((one, index) => sampledSeries(workload, one, taken[index]!, plan.seed)));
    }
  } finally {
    await pools.close();
  }
  return { schema: 'coresync.bench/1', series, inputs: await inputsOf(plan), env: environment() };
}

function sampledSeries(
  workload: string,
  { policy, situation }: Sampler,
  samples: readonly number[],
  seed: number,
): SampledSeries {
  const at = {
    workload,
    policy,
    arch: situation.profile.name,
    cpus: situation.spec.cpus,
    parameters: { rounds: situation.rounds },
  };
  const { n, median, q10, ci95 } = summarize(samples, seed);
  return {
    id: `threads:${seriesId(at, 'time')}`,
    ...at,
    engine: 'threads',
    metric: 'time',
    unit: 'ns/op',
    better: 'lower',
    kind: 'sampled',
    summary: { n, median, q10, ci95: [...ci95] },
    samples: [...samples],
  };
}
