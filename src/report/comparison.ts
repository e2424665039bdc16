/** Compares two benches. Exact series are equal or they are not; sampled ones get an interval of their ratio and one of
 *  three verdicts. What could not be compared never counts as good.
 *
 *  Source of the rule for sampled series: Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013,
 *  ratio with an interval instead of a p-value alone. */
import { independentRatioInterval } from '../base/statistics.js';
import { attribution } from './attribution.js';
import type { BenchDocument, ExactSeries, SampledSeries, Series } from './benchSchema.js';
import type { Comparison, ComparisonRow } from './comparisonSchema.js';

export interface ComparisonOptions {
  /** Ids that both have to have, besides those of the base. */
  readonly expected?: readonly string[];
  /** Differences of sampled series below this share are no difference. */
  readonly threshold: number;
}

export type Compared = Pick<BenchDocument, 'series' | 'inputs'> & Partial<Pick<BenchDocument, 'env'>>;

const LEVEL = 0.95;
const SEED = 1;

export function compare(base: Compared, head: Compared, options: ComparisonOptions): Comparison {
  const before = new Map(base.series.map((one) => [one.id, one]));
  const after = new Map(head.series.map((one) => [one.id, one]));
  // Whoever has a series in the base and does not measure it would not notice anything about it.
  const expected = [...new Set([...(options.expected ?? []), ...before.keys()])];
  const incomparable = incomparableInputs(base, head);
  const rows = expected.map((id) =>
    row(id, before.get(id), after.get(id), incomparable, options, base, head),
  );
  const missing = rows.filter((one) => one.verdict === 'missing').map((one) => one.id);
  const extra = [...after.keys()].filter((id) => !expected.includes(id));
  const compared = rows.filter((one) => ['same', 'regressed', 'improved'].includes(one.verdict)).length;
  return {
    schema: 'coresync.comparison/1',
    rows,
    coverage: { expected: expected.length, compared, missing, extra },
    ...verdictOf(rows, extra, incomparable),
  };
}

function incomparableInputs(base: Compared, head: Compared): string | undefined {
  if (base.inputs.modelHash !== head.inputs.modelHash) {
    return `the costs changed (${base.inputs.modelHash} and ${head.inputs.modelHash}), so every number may have changed`;
  }
  if (base.inputs.seed !== head.inputs.seed) return 'the seeds differ';
  return undefined;
}

function row(
  id: string,
  base: Series | undefined,
  head: Series | undefined,
  incomparable: string | undefined,
  { threshold }: ComparisonOptions,
  { env: baseEnv }: Compared,
  { env: headEnv }: Compared,
): ComparisonRow {
  const kind = (base ?? head)?.kind ?? 'exact';
  const empty = { id, kind, base: null, head: null, ratio: null, attribution: [] };
  if (!base || !head) {
    const where = base ? 'head' : head ? 'base' : 'both';
    return { ...empty, verdict: 'missing', reason: `missing in ${where}` };
  }
  if (base.kind === 'exact' && head.kind === 'exact') {
    if (incomparable !== undefined) return { ...empty, verdict: 'incomparable', reason: incomparable };
    return exactRow(base, head);
  }
  if (base.kind === 'sampled' && head.kind === 'sampled') {
    if (JSON.stringify(baseEnv) !== JSON.stringify(headEnv)) {
      return { ...empty, verdict: 'inconclusive', reason: 'measured on different machines or versions' };
    }
    return sampledRow(base, head, threshold);
  }
  return { ...empty, verdict: 'incomparable', reason: 'exact in one, sampled in the other' };
}

function exactRow(base: ExactSeries, head: ExactSeries): ComparisonRow {
  const worse = base.better === 'lower' ? head.value > base.value : head.value < base.value;
  return {
    id: base.id,
    kind: 'exact',
    verdict: head.value === base.value ? 'same' : worse ? 'regressed' : 'improved',
    base: base.value,
    head: head.value,
    ratio: base.value === 0 ? null : head.value / base.value,
    attribution: attribution(base, head),
  };
}

function sampledRow(base: SampledSeries, head: SampledSeries, threshold: number): ComparisonRow {
  const interval = independentRatioInterval(base.samples, head.samples, LEVEL, SEED);
  return {
    id: base.id,
    kind: 'sampled',
    verdict: ratioVerdict(interval, threshold, base.better),
    base: base.summary.median,
    head: head.summary.median,
    ratio: head.summary.median / base.summary.median,
    interval: [...interval],
    reason: 'the two sides were not measured in turns',
    attribution: [],
  };
}

/** Worse, better, the same, or not to be told: the whole interval has to be on one side. */
export function ratioVerdict(
  [low, high]: readonly [number, number],
  threshold: number,
  better: 'lower' | 'higher',
): 'same' | 'regressed' | 'improved' | 'inconclusive' {
  if (low > 1 + threshold) return better === 'lower' ? 'regressed' : 'improved';
  if (high < 1 - threshold) return better === 'lower' ? 'improved' : 'regressed';
  return low >= 1 - threshold && high <= 1 + threshold ? 'same' : 'inconclusive';
}

function verdictOf(
  rows: readonly ComparisonRow[],
  extra: readonly string[],
  incomparable: string | undefined,
): Pick<Comparison, 'verdict' | 'reasons'> {
  const count = (verdict: ComparisonRow['verdict']): number =>
    rows.filter((one) => one.verdict === verdict).length;
  const reasons: string[] = [];
  if (rows.length === 0) reasons.push('nothing was compared');
  if (count('incomparable') > 0) {
    reasons.push(incomparable ?? `${count('incomparable')} series cannot be compared`);
  }
  if (count('missing') > 0) reasons.push(`${count('missing')} expected series are missing`);
  if (count('inconclusive') > 0) reasons.push(`${count('inconclusive')} series could not be told apart`);
  if (extra.length > 0) reasons.push(`${extra.length} series are not among the expected ones`);
  const regressed = count('regressed');
  if (regressed > 0) return { verdict: 'fail', reasons: [`${regressed} series got worse`, ...reasons] };
  return { verdict: reasons.length > 0 ? 'inconclusive' : 'pass', reasons };
}
