import { describe, expect, it } from 'vitest';
import { baselineOf, baselineSchema, baselineText } from '../../src/report/baselineSchema.js';
import type { BenchDocument, ExactSeries, SampledSeries } from '../../src/report/benchSchema.js';
import { benchSchema } from '../../src/report/benchSchema.js';
import { breakEven } from '../../src/report/breakEven.js';
import { changePoints } from '../../src/report/changePoints.js';
import { compare, ratioVerdict } from '../../src/report/comparison.js';
import { comparisonText } from '../../src/report/comparisonText.js';
import { findings } from '../../src/report/findings.js';
import type { HistoryLine } from '../../src/report/historySchema.js';
import { plain } from '../../src/report/paint.js';
import { benchRows } from '../../src/report/perOperation.js';

const AT = { workload: 'w', policy: 'p', arch: 'x86-64', engine: 'virtual', cpus: 2, parameters: {} };

function exact(more: Partial<ExactSeries> = {}): ExactSeries {
  return {
    id: 'w/p/x86-64/cpus=2#cycles',
    ...AT,
    metric: 'cycles',
    unit: 'cycles',
    better: 'lower',
    kind: 'exact',
    value: 1000,
    operations: 10,
    breakdown: {
      ipiSend: { cycles: 400, count: 4 },
      'sync:ipi-sync-core': { cycles: 600, count: 6 },
    },
    ...more,
  };
}

function sampled(samples: number[]): SampledSeries {
  const sorted = [...samples].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return {
    id: 'threads:w/p#time',
    ...AT,
    engine: 'threads',
    metric: 'time',
    unit: 'ns/op',
    better: 'lower',
    kind: 'sampled',
    summary: { n: samples.length, median, q10: sorted[0]!, ci95: [sorted[0]!, sorted.at(-1)!] },
    samples,
  };
}

function bench(...series: BenchDocument['series']): BenchDocument {
  return {
    schema: 'coresync.bench/1',
    series,
    inputs: { seed: 1, costs: 'c', modelHash: 'm', scenarioHash: 's' },
    env: {
      coresync: '0',
      node: '20',
      platform: 'linux',
      arch: 'x64',
      kernel: '6',
      cpuModel: 'cpu',
      logicalCpus: 2,
    },
  };
}

const verdictOf = (base: BenchDocument, head: BenchDocument, expected?: readonly string[]): string =>
  compare(base, head, { threshold: 0, ...(expected && { expected }) }).verdict;

describe('exact series', () => {
  it('are equal, or the difference is attributed to what it is made of', () => {
    const head = exact({
      value: 1145,
      breakdown: {
        ipiSend: { cycles: 435, count: 7 },
        'sync:ipi-sync-core': { cycles: 710, count: 7 },
      },
    });
    const { rows, verdict, coverage } = compare(bench(exact()), bench(head), { threshold: 0 });
    expect(verdict).toBe('fail');
    expect(rows[0]).toMatchObject({ verdict: 'regressed', base: 1000, head: 1145 });
    expect(rows[0]!.attribution).toEqual([
      '+3 IPIs (+35 cycles)',
      '+1 sync_core at ipi-sync-core (+110 cycles)',
      '= +145 cycles',
    ]);
    expect(coverage).toEqual({ expected: 1, compared: 1, missing: [], extra: [] });
  });

  it('by one cycle more, it fails; by one less, it passes and says that the baseline is behind', () => {
    expect(verdictOf(bench(exact()), bench(exact({ value: 1001 })))).toBe('fail');
    const better = compare(bench(exact()), bench(exact({ value: 999 })), { threshold: 0 });
    expect(better.verdict).toBe('pass');
    expect(comparisonText(better, plain)).toContain('the baseline is behind');
  });
});

describe('what cannot be judged is not good', () => {
  it.each([
    ['nothing was measured', bench(exact()), bench()],
    ['there is nothing to compare with', bench(), bench(exact())],
    ['neither has anything', bench(), bench()],
    ['a series has another name', bench(exact()), bench(exact({ id: 'other' }))],
    [
      'the costs changed',
      bench(exact()),
      { ...bench(exact()), inputs: { ...bench().inputs, modelHash: 'other' } },
    ],
    ['the seed changed', bench(exact()), { ...bench(exact()), inputs: { ...bench().inputs, seed: 2 } }],
    ['one is exact, one sampled', bench(exact({ id: 'threads:w/p#time' })), bench(sampled([1, 2, 3]))],
    [
      'the machines differ',
      bench(sampled([1, 2, 3])),
      { ...bench(sampled([1, 2, 3])), env: { ...bench().env, node: '22' } },
    ],
  ])('%s', (_, base, head) => {
    expect(verdictOf(base, head)).toBe('inconclusive');
  });

  it('an expected series that neither has', () => {
    const expected = [exact().id, 'never measured'];
    const { verdict, coverage } = compare(bench(exact()), bench(exact()), { threshold: 0, expected });
    expect(verdict).toBe('inconclusive');
    expect(coverage).toMatchObject({ expected: 2, compared: 1, missing: ['never measured'] });
  });

  it('a series of the base that nobody expects, and nobody measured', () => {
    const base = bench(exact(), exact({ id: 'forgotten' }));
    const { verdict, coverage } = compare(base, bench(exact()), { threshold: 0, expected: [exact().id] });
    expect(verdict).toBe('inconclusive');
    expect(coverage).toMatchObject({ expected: 2, missing: ['forgotten'] });
  });

  it('a regression wins over what is missing', () => {
    const expected = [exact().id, 'never measured'];
    expect(verdictOf(bench(exact()), bench(exact({ value: 2000 })), expected)).toBe('fail');
  });

  it.each([
    ['a value that is no number', { ...bench(exact({ value: Number.NaN })) }],
    ['a value that is no whole number', bench(exact({ value: 1.5 }))],
    ['no samples', bench({ ...sampled([1]), summary: { n: 0, median: 1, q10: 1, ci95: [1, 1] } })],
    ['a later version', { ...bench(exact()), schema: 'coresync.bench/2' }],
  ])('a document with %s is refused', (_, document) => {
    expect(benchSchema.safeParse(document).success).toBe(false);
  });
});

describe('sampled series', () => {
  const around = (middle: number): number[] =>
    Array.from({ length: 40 }, (_, i) => middle * (1 + ((i % 5) - 2) / 100));

  it.each([
    ['twice as slow', around(100), around(200), 'fail'],
    ['twice as fast', around(100), around(50), 'pass'],
    ['the same', around(100), around(100), 'pass'],
    ['too noisy to tell', [50, 200, 50, 200, 50, 200], [60, 190, 60, 190, 60, 190], 'inconclusive'],
  ])('%s', (_, before, after, verdict) => {
    expect(compare(bench(sampled(before)), bench(sampled(after)), { threshold: 0.05 }).verdict).toBe(verdict);
  });

  it('are told with their interval even where they are the same', () => {
    const same = compare(bench(sampled(around(100))), bench(sampled(around(100))), { threshold: 0.05 });
    expect(comparisonText(same, plain)).toMatch(/^same .*ci95 x.*\ncompared 1 of 1/);
    const faster = compare(bench(sampled(around(100))), bench(sampled(around(50))), { threshold: 0.05 });
    expect(comparisonText(faster, plain)).not.toContain('baseline');
  });

  it('an interval across the threshold decides nothing', () => {
    expect(ratioVerdict([1.06, 1.2], 0.05, 'lower')).toBe('regressed');
    expect(ratioVerdict([1.06, 1.2], 0.05, 'higher')).toBe('improved');
    expect(ratioVerdict([0.8, 0.9], 0.05, 'lower')).toBe('improved');
    expect(ratioVerdict([0.97, 1.03], 0.05, 'lower')).toBe('same');
    expect(ratioVerdict([1.01, 1.2], 0.05, 'lower')).toBe('inconclusive');
    expect(ratioVerdict([0.8, 1.2], 0.05, 'lower')).toBe('inconclusive');
  });
});

describe('a baseline', () => {
  it('is one line per series, and the same after having been a file', () => {
    const acceptance = { why: 'because', at: 'now', by: 'me', changed: 1 };
    const series = [exact({ id: 'b' }), exact({ id: 'a' }), sampled([1])];
    const baseline = baselineOf(bench(...series), acceptance, []);
    expect(baseline.series.map((one) => one.id)).toEqual(['a', 'b']);
    const text = baselineText(baseline);
    expect(baselineSchema.parse(JSON.parse(text))).toEqual(baseline);
    expect(text.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(2);
  });
});

describe('break-even', () => {
  const row = (policy: string, switches: number, value: number): ExactSeries =>
    exact({
      id: `w/${policy}/x86-64/cpus=2,switches=${switches}#cycles`,
      policy,
      parameters: { switches },
      value,
    });

  it('lies where the lines cross', () => {
    const rows = benchRows(
      bench(...[1, 2, 4].flatMap((n) => [row('eager', n, 1000 * n), row('deferred', n, 2000 + 400 * n)])),
    );
    const [crossing] = breakEven(rows, ['eager', 'deferred'], 'switches');
    expect(crossing).toMatchObject({ winsBelow: 'eager', winsAbove: 'deferred', at: 'w cpus=2' });
    expect(crossing!.value).toBeCloseTo(3.333, 2);
  });

  it('is none where one wins everywhere', () => {
    const rows = benchRows(
      bench(row('eager', 1, 10), row('deferred', 1, 5), row('eager', 2, 10), row('deferred', 2, 5)),
    );
    expect(breakEven(rows, ['eager', 'deferred'], 'switches')[0]).toMatchObject({
      value: undefined,
      winsAbove: 'deferred',
    });
  });
});

describe('findings', () => {
  it('name the wrong ones, the cheapest of the right ones, and what the dearest spends more on', () => {
    const of = (policy: string, value: number, missed: number): ExactSeries[] => {
      const id = (metric: string): string => `w/${policy}/x86-64/cpus=2#${metric}`;
      const breakdown = { 'sync:a': { cycles: value - 500 }, userCalls: { cycles: 500 } };
      return [
        exact({ id: id('cycles'), policy, value, breakdown }),
        exact({ id: id('missed'), policy, metric: 'missed', value: missed }),
      ];
    };
    const document = bench(...of('cheap', 1000, 0), ...of('dear', 2000, 0), ...of('wrong', 10, 3));
    expect(findings(benchRows(document), 3)).toEqual([
      'wrong is wrong: 3 executions were stale or lacked a serialization.',
      'Cheapest of those that missed none: cheap, 100.0 cycles per operation; dearest: dear, 100.0 % more, of it 100.0 cycles in sync:a.',
    ]);
  });
});

describe('change points', () => {
  const points = (kind: HistoryLine['kind'], values: readonly number[]): HistoryLine[] =>
    values.map((value) => ({
      schema: 'coresync.history/1',
      at: 't',
      commit: 'c',
      id: 'i',
      kind,
      unit: 'u',
      value,
      model: 'm',
      machine: 'any',
    }));

  it('of an exact series are all its steps', () => {
    expect(changePoints(points('exact', [5, 5, 6, 6, 4]))).toEqual([
      { index: 2, before: 5, after: 6 },
      { index: 4, before: 6, after: 4 },
    ]);
  });

  it('of a sampled one are where it moved for good, and not its noise', () => {
    const noise = [0, 1, -1, 0.5, -0.5, 1, 0, -1];
    expect(
      changePoints(
        points(
          'sampled',
          noise.map((n) => 100 + n),
        ),
      ),
    ).toEqual([]);
    const moved = [...noise.map((n) => 100 + n), ...noise.map((n) => 120 + n)];
    expect(changePoints(points('sampled', moved)).map((change) => change.index)).toEqual([8]);
  });
});
