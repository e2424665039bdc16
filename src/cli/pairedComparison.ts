/** Two policies on real threads, in pairs whose order is drawn by lot, with a control: the first policy against itself.
 *  What the control shows by chance is no difference.
 *
 *  Source: Bulej et al., "Duet Benchmarking", ICPE 2020, with alternating instead of simultaneous runs.
 *  Limit: all pairs run in one process. */
import { Random } from '../base/random.js';
import { median, quantile, ratioInterval } from '../base/statistics.js';
import { seriesId } from '../report/benchSeries.js';
import { ratioVerdict } from '../report/comparison.js';
import type { Comparison } from '../report/comparisonSchema.js';
import { type Sampler, sampler } from './sampledDocument.js';
import type { Sweep } from './sweepOption.js';
import { ThreadPools } from './threadPools.js';

export interface PairedRequest {
  readonly workload: string;
  readonly policies: readonly [a: string, b: string];
  readonly pairs: number;
  /** As a share. */
  readonly threshold: number;
  readonly sweep: Sweep;
  readonly seed: number;
}

interface Pair {
  readonly a: number;
  readonly b: number;
}

const LEVEL = 0.95;
const WARM_UP = 2;
/** One pair of the control for so many pairs. */
const CONTROL_EVERY = 3;
const FLOOR_SHARE = 0.95;

export async function compareInTurns(request: PairedRequest): Promise<Comparison> {
  const { workload, policies, pairs, sweep, seed } = request;
  const pools = new ThreadPools();
  try {
    const [a, b] = (await Promise.all(
      policies.map((policy) => sampler(pools, workload, policy, { arch: undefined, kernel: '6.x', sweep })),
    )) as [Sampler, Sampler];
    const random = new Random(seed);
    for (let i = 0; i < WARM_UP; i++) await pair(a, b, random);
    const measured: Pair[] = [];
    const control: Pair[] = [];
    for (let i = 0; i < pairs; i++) {
      measured.push(await pair(a, b, random));
      if (i % CONTROL_EVERY === 0) control.push(await pair(a, a, random));
    }
    return comparisonOf(request, a, measured, control);
  } finally {
    await pools.close();
  }
}

async function pair(a: Sampler, b: Sampler, random: Random): Promise<Pair> {
  if (random.below(2) === 0) {
    const first = await a.sample();
    return { a: first, b: await b.sample() };
  }
  const first = await b.sample();
  return { a: await a.sample(), b: first };
}

function comparisonOf(
  { workload, policies, threshold, seed }: PairedRequest,
  { situation }: Sampler,
  measured: readonly Pair[],
  control: readonly Pair[],
): Comparison {
  const interval = ratioInterval(measured, LEVEL, seed);
  const floor = controlFloor(control, seed);
  const theta = Math.max(threshold, floor);
  const verdict = ratioVerdict(interval, theta, 'lower');
  const [base, head] = [median(measured.map((one) => one.a)), median(measured.map((one) => one.b))];
  const at = {
    workload,
    policy: policies.join(':'),
    arch: situation.profile.name,
    cpus: situation.spec.cpus,
    parameters: { rounds: situation.rounds },
  };
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const row = {
    id: `threads:${seriesId(at, 'time')}`,
    kind: 'sampled' as const,
    verdict,
    base,
    head,
    ratio: Math.exp(median(measured.map((one) => Math.log(one.b / one.a)))),
    interval: [...interval] as [number, number],
    reason: `${measured.length} pairs; threshold ${percent(theta)} (asked ${percent(threshold)}, the same against itself ${percent(floor)}, ${control.length} pairs)`,
    attribution: [],
  };
  const outcome = {
    regressed: 'fail',
    inconclusive: 'inconclusive',
    same: 'pass',
    improved: 'pass',
  } as const;
  return {
    schema: 'coresync.comparison/1',
    rows: [row],
    coverage: { expected: 1, compared: verdict === 'inconclusive' ? 0 : 1, missing: [], extra: [] },
    verdict: outcome[verdict],
    reasons:
      verdict === 'inconclusive'
        ? ['the interval lies across the threshold: measure more pairs, or quieten the machine']
        : [],
  };
}

/** How far from 1 the median ratio of the same against itself comes by chance, 19 times of 20. */
function controlFloor(control: readonly Pair[], seed: number): number {
  const [low, high] = ratioInterval(control, FLOOR_SHARE, seed);
  return quantile(
    [Math.abs(low - 1), Math.abs(high - 1)].sort((x, y) => x - y),
    1,
  );
}
