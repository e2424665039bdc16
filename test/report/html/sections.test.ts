/** Sections against what the text of the same document says: made-up documents, so that each case is there. */
import { describe, expect, it } from 'vitest';
import { COUNTERS } from '../../../src/hw/counters.js';
import type { BenchDocument, Series } from '../../../src/report/benchSchema.js';
import { type Comparison, comparisonSchema } from '../../../src/report/comparisonSchema.js';
import { comparisonText } from '../../../src/report/comparisonText.js';
import { type ExplorationDocument, explorationSchema } from '../../../src/report/explorationSchema.js';
import { explorationText } from '../../../src/report/explorationText.js';
import { historySchema } from '../../../src/report/historySchema.js';
import { type ShownDocument, sectionOf } from '../../../src/report/html/sections.js';
import { type MatrixDocument, matrixSchema } from '../../../src/report/matrixSchema.js';
import { matrixText } from '../../../src/report/matrixText.js';
import { mergedText } from '../../../src/report/mergedText.js';
import { type MutationDocument, mutationSchema } from '../../../src/report/mutationSchema.js';
import { mutationText } from '../../../src/report/mutationText.js';
import { plain } from '../../../src/report/paint.js';
import { type RunDocument, runSchema } from '../../../src/report/runSchema.js';
import { openTags } from './htmlText.js';

const env = {
  coresync: '0.0.0',
  node: 'v20.1.2',
  platform: 'linux',
  arch: 'x64',
  kernel: '6.0',
  cpuModel: 'Some Cpu 9000',
  logicalCpus: 2,
};

/** What a section says, as text in one line, and how. */
function shown(document: ShownDocument) {
  const { verdict, body } = sectionOf(document, () => 3);
  expect(openTags(body.text)).toEqual([]);
  expect(body.text).not.toMatch(/undefined|NaN|\[object/);
  // On a page its place and its colour say that it is one.
  expect(verdict?.text ?? '').not.toMatch(/verdict:/);
  const text = body.text
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return { verdict: verdict?.text, tone: verdict?.tone, body: oneLine(text) };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What stands behind the last `verdict:` of a text report. */
function verdictIn(text: string): string {
  return oneLine(text.slice(text.lastIndexOf('verdict:') + 'verdict:'.length));
}

type Mutation = MutationDocument['mutations'][number];

describe('mutations', () => {
  const noticed: Mutation['noticed'][number] = {
    scenario: 'kthread-return',
    memory: 'sc',
    arch: 'x86-64',
    policy: 'registered',
    kernel: '4.16',
    violation: 'stale',
    length: 9,
    isShortest: false,
    schedule: '0',
    replay: 'coresync replay it',
  };
  const point = (id: string, verdict: Mutation['verdict'], changes: Partial<Mutation> = {}): Mutation => ({
    id,
    kind: 'barrier',
    verdict,
    passedBy: [],
    noticed: [],
    undecided: [],
    ...changes,
  });
  const mutate = (mutations: Mutation[], survivors = 0, undecided = 0): MutationDocument =>
    mutationSchema.parse({
      schema: 'coresync.mutation/1',
      mutations,
      survivors,
      undecided,
      seconds: 1,
      env,
    });
  const seen = point('seen', 'noticed', { passedBy: ['kthread-return'], noticed: [noticed] });
  const passed = point('passed', 'not-judged', { passedBy: ['kthread-return', 'other-mm'] });
  const aside = [point('aside-1', 'not-judged'), point('aside-2', 'not-judged')];

  it.each<[string, MutationDocument, string]>([
    ['every point judged', mutate([seen]), 'good'],
    ['some not judged', mutate([seen, passed, ...aside]), 'open'],
    ['some not passed', mutate([seen, ...aside]), 'open'],
    ['undecided', mutate([seen, point('late', 'undecided', { undecided: ['x'] })], 0, 1), 'open'],
    ['a survivor', mutate([passed, point('bare', 'survivor')], 1), 'bad'],
  ])('%s: the verdict of the text', (_, document, tone) => {
    const section = shown(document);
    expect(section).toMatchObject({ verdict: verdictIn(mutationText(document)), tone });
  });

  it('points that nobody passes stand apart, as in the text', () => {
    const { body } = shown(mutate([seen, passed, ...aside]));
    expect(body).toContain('Not passed here: aside-1, aside-2.');
    expect(body.match(/not missed by/g)).toHaveLength(1);
    expect(body).toContain('not missed by kthread-return, other-mm; other scenarios were not asked');
    expect(shown(mutate([seen])).body).not.toContain('Not passed');
  });

  it('a witness that may not be the shortest is marked', () => {
    expect(shown(mutate([seen])).body).toContain('kthread-return, x86-64, sc, 4.16: stale, <=9 steps');
  });
});

describe('a run', () => {
  const station = { hex: '00', site: '00', version: 1, disassembly: '(module)' };
  const evidence: RunDocument['evidence'] = {
    cpu: 1,
    site: { name: 'the-site', offset: 0, bytes: 1 },
    memory: { ...station, version: 2 },
    pou: station,
    icache: station,
    decoded: station,
    firstDifference: 'pou',
  };
  const run = (changes: Partial<RunDocument>): RunDocument =>
    runSchema.parse({
      schema: 'coresync.run/1',
      scenario: 'kthread-return',
      engine: 'threads',
      arch: 'x86-64',
      policy: 'registered',
      protocol: 'sync-core',
      kernel: '4.16',
      cpus: 4,
      rounds: 12,
      callsPerRound: 3,
      placement: 'across-word',
      seed: 77,
      memory: 'sc',
      hardware: 'typical',
      without: ['mmdrop-barrier'],
      verdict: 'safe',
      basis: 'observed',
      reason: 'not observed in 10 publications and 36 calls',
      parameters: { switches: 5 },
      overlay: 'no-memory',
      reaction: 'abort',
      calls: 36,
      stale: 0,
      torn: 0,
      publications: 10,
      unserialized: 0,
      counters: Object.fromEntries(COUNTERS.map((name) => [name, 0])),
      syncCoreByProcess: { 'jit-process': 4 },
      serializations: {},
      stoppedBy: 'finished',
      whereabouts: [],
      faults: [],
      oversubscribed: false,
      elapsedMs: 123,
      env,
      ...changes,
    });

  it('says all that was chosen', () => {
    expect(shown(run({ ending: 'aborted' })).body).toContain(
      'engine threads, seed 77, x86-64, policy registered, kernel 4.16, protocol sync-core, 4 cpus, across-word, ' +
        'switches 5, overlay no-memory, reaction abort, typical hardware, without mmdrop-barrier; ' +
        '12 rounds of 3 calls, ending: aborted.',
    );
  });

  it('says what happened, also what was no call', () => {
    const { body } = shown(
      run({
        verdict: 'fault',
        faults: [{ cpu: 3, site: 'the-site', message: 'no such opcode' }],
        stoppedBy: 'time-limit',
        whereabouts: ['cpu 2 waits for a lock'],
      }),
    );
    expect(body).toContain('called 36: stale 0, torn 0, faults 1; 123 ms, ended by: time-limit.');
    expect(body).toContain('P-SYNC: 0 of 36 calls');
    expect(body).toContain('3 the-site no such opcode');
    expect(body).toContain('Where each cpu stood cpu 2 waits for a lock');
    expect(body).toContain('jit-process 4');
  });

  it('says what could be misunderstood', () => {
    const { body } = shown(run({ oversubscribed: true, without: ['membarrier-entry'] }));
    expect(body).toContain('4 cpus shared 2 host cores and took turns');
    expect(body).toContain('membarrier-entry: a memory barrier. Under sequential consistency');
    expect(shown(run({})).body).not.toContain('host cores');
  });

  it('where it is unsupported, nothing happened', () => {
    const { body, tone } = shown(run({ verdict: 'unsupported' }));
    expect(body).not.toContain('published');
    expect(tone).toBe('open');
  });

  it('has the reason in the verdict once and whole, however long', () => {
    const reason = 'a reason with more words than there is room for on the last line of a report';
    expect(shown(run({ verdict: 'inconclusive', reason }))).toMatchObject({
      verdict: `inconclusive (observed) — ${reason}`,
      tone: 'open',
    });
  });

  it('says which step is missing, but of no tear', () => {
    const finding = {
      judgement: 'stale',
      cpu: 1,
      site: 'the-site',
      executed: 1,
      promised: 2,
      value: 1,
    } as const;
    const missing = 'Memory is ahead of the PoU: the line was not cleaned.';
    const { body } = shown(run({ verdict: 'stale', stale: 1, finding, evidence }));
    expect(body).toContain("cpu 1 executed version 1 of 'the-site' after version 2 had been promised.");
    expect(body).toContain(missing);
    const torn = run({
      verdict: 'torn',
      finding: { ...finding, judgement: 'torn', executed: null },
      evidence,
    });
    expect(shown(torn).body).not.toContain(missing);
  });
});

describe('an exploration', () => {
  const lane = { cpu: 0, task: 'jit', what: 'stores', memory: 1, pou: 0, decoded: [0, 0], promised: 0 };
  const witness: NonNullable<ExplorationDocument['witness']> = {
    violation: 'stale',
    schedule: '0 1',
    length: 1,
    isShortest: true,
    lanes: [lane],
  };
  const explore = (changes: Partial<ExplorationDocument> = {}): ExplorationDocument =>
    explorationSchema.parse({
      schema: 'coresync.exploration/1',
      scenario: 'kthread-return',
      arch: 'x86-64',
      policy: 'none',
      protocol: 'sync-core',
      kernel: '4.16',
      cpus: 2,
      rounds: 1,
      callsPerRound: 1,
      placement: 'within-word',
      parameters: {},
      memory: 'tso',
      without: [],
      from: 'boot',
      fetching: 'on-execution',
      mode: 'exhaustive',
      outcome: 'forbidden',
      complete: true,
      stoppedBy: 'exhausted',
      executions: 10,
      steps: 100,
      states: 50,
      depth: 9,
      seconds: 1,
      env,
      ...changes,
    });
  const allowed = { outcome: 'allowed', stoppedBy: 'violation' } as const;

  it.each<[string, ExplorationDocument, string]>([
    ['forbidden', explore(), 'good'],
    ['allowed', explore({ ...allowed, witness }), 'bad'],
    ['bounded', explore({ outcome: 'not-found-within-the-bound', stoppedBy: 'state-limit' }), 'open'],
  ])('%s: the verdict of the text', (_, document, tone) => {
    expect(shown(document)).toMatchObject({ verdict: verdictIn(explorationText(document)), tone });
  });

  it('says from where, and what cpus and memory may do', () => {
    expect(shown(explore()).body).toContain(
      'From boot. Cpus fetch code when they execute it, and at no other time. ' +
        'Stores wait in a buffer and leave it in order (TSO).',
    );
  });

  it.each<[string, Partial<ExplorationDocument>, boolean, string]>([
    ['the shortest', {}, true, 'No schedule with fewer preemptions'],
    ['ended by bounds', {}, false, 'The bounds ended the search for a shorter one.'],
    ['at random', { mode: 'random' }, false, '`coresync shrink` looks for a shorter one.'],
  ])('says whether the witness is the shortest: %s', (_, changes, isShortest, sentence) => {
    const document = explore({ ...allowed, ...changes, witness: { ...witness, isShortest } });
    expect(shown(document).body).toContain(sentence);
  });

  it('merged: how many of how many, what the counts are, and what to search again', () => {
    const merged = { of: 7, missing: [2, 4], ended: [5], unaware: [6] };
    const bounded = { outcome: 'not-found-within-the-bound', stoppedBy: 'shard-missing' } as const;
    const { body } = shown(explore({ ...bounded, merged }));
    expect(body).toContain('Merged from 5 of 7 shards. Shards overlap: the counts are sums');
    expect(body).toContain('Shards 2/7, 4/7 are missing. Search each:');
    expect(body).toContain('Shard 5/7 is ended by a bound.');
    expect(body).toMatch(
      /Shard 6\/7 is not aware of all .* --shard 6\/7 --knowing <documents of the shards>/,
    );
    const text = oneLine(mergedText({ ...explore(bounded), merged }, ['a.json']));
    for (const sentence of ['Merged from 5 of 7 shards.', 'Shards 2/7, 4/7 are missing.']) {
      expect(text).toContain(sentence);
    }
    const found = shown(explore({ ...allowed, witness, merged }));
    expect(found.body).toContain('Merged from 5 of 7');
    expect(found.body).not.toContain('Search each');
    expect(shown(explore()).body).not.toContain('Merged');
  });
});

describe('a bench', () => {
  const about = {
    workload: 'some-load',
    policy: 'none',
    arch: 'x86-64',
    cpus: 2,
    parameters: {},
    better: 'lower',
    operations: 1,
  } as const;
  const exact: Series = {
    ...about,
    id: 'some-load/none/x86-64/cpus=2#cycles',
    engine: 'virtual',
    metric: 'cycles',
    unit: 'cycles',
    kind: 'exact',
    value: 100,
  };
  const sampled: Series = {
    ...about,
    id: 'some-load/none/x86-64/cpus=2#ns',
    engine: 'threads',
    metric: 'ns',
    unit: 'ns',
    kind: 'sampled',
    summary: { n: 3, median: 5, q10: 4, ci95: [4, 6] },
    samples: [4, 5, 6],
  };
  const bench = (...series: Series[]): BenchDocument => ({
    schema: 'coresync.bench/1',
    series,
    inputs: { seed: 8, costs: 'some-costs', modelHash: 'abc', scenarioHash: 'def' },
    env,
  });
  const COSTS = 'costs some-costs (3 cycles per ns), seed 8, model abc; virtual time, exact';
  const HOST = 'sampled on Some Cpu 9000, 2 logical cpus, node v20.1.2.';

  it.each<[string, readonly Series[], boolean, boolean]>([
    ['exact: from which costs', [exact], true, false],
    ['sampled: on which host', [sampled], false, true],
    ['both', [exact, sampled], true, true],
  ])('%s', (_, series, hasCosts, hasHost) => {
    const { body } = shown(bench(...series));
    expect([body.includes(COSTS), body.includes(HOST)]).toEqual([hasCosts, hasHost]);
    expect(body.includes('some-costs')).toBe(hasCosts);
  });
});

describe('a matrix', () => {
  const row: MatrixDocument['rows'][number] = {
    scenario: 'kthread-return',
    arch: 'x86-64',
    policy: 'none',
    kernel: '4.16',
    protocol: 'sync-core',
    verdict: 'stale',
    reason: 'seen so',
    expected: 'stale',
    because: 'a rule',
    asExpected: true,
    basis: 'observed',
  };
  const matrix = (stoppedBy: MatrixDocument['stoppedBy'], ...rows: MatrixDocument['rows']): MatrixDocument =>
    matrixSchema.parse({
      schema: 'coresync.matrix/1',
      engine: 'virtual',
      seeds: [0],
      rounds: 1,
      rows,
      unexpected: rows.filter(({ asExpected }) => !asExpected).length,
      stoppedBy,
      seconds: 1,
      env,
    });
  const wrong = { ...row, arch: 'arm64-a00', expected: 'safe', asExpected: false } as const;

  it.each<[string, MatrixDocument, string]>([
    ['as expected', matrix('finished', row), 'good'],
    ['interrupted', matrix('interrupted', row), 'open'],
    ['not as expected', matrix('finished', row, wrong), 'bad'],
    ['not as expected, and interrupted', matrix('interrupted', row, wrong), 'bad'],
  ])('%s: the verdict of the text', (_, document, tone) => {
    const { verdict, tone: own, body } = shown(document);
    expect([verdict, own]).toEqual([verdictIn(matrixText(document)), tone]);
    expect(body.includes('because a rule. Seen: seen so.')).toBe(tone === 'bad');
  });

  it('both are said where rows are unexpected and others are missing', () => {
    const { verdict } = shown(matrix('interrupted', wrong));
    expect(verdict).toMatch(
      /^not as expected — 1 row, 1 not as expected; .*; interrupted, rows are missing$/,
    );
  });

  it('letters of endings are explained where there are some', () => {
    expect(shown(matrix('finished', { ...row, ending: 'killed' })).body).toContain('k killed, a aborted');
    expect(shown(matrix('finished', row)).body).not.toContain('k killed');
  });
});

describe('a comparison', () => {
  const comparison = (changes: Partial<Comparison>): Comparison =>
    comparisonSchema.parse({
      schema: 'coresync.comparison/1',
      rows: [],
      coverage: { expected: 1, compared: 1, missing: [], extra: [] },
      verdict: 'pass',
      reasons: [],
      ...changes,
    });
  const improved = (id: string, ratio: number): Comparison['rows'][number] => ({
    id,
    kind: 'exact',
    verdict: 'improved',
    base: 10,
    head: 10 * ratio,
    ratio,
    attribution: [],
  });

  it('verdict and remarks of the text', () => {
    const document = comparison({
      rows: [improved('a', 0.5)],
      reasons: ['one', 'two'],
      verdict: 'fail',
    });
    const { verdict, body } = shown(document);
    expect(comparisonText(document, plain).trimEnd().split('\n').at(-1)).toBe(verdict);
    expect(body).toContain('1 series got better: the baseline is behind.');
    expect(body).toContain('compared 1 of 1 expected series');
  });

  it('draws a ratio that is none in no plot', () => {
    const { body } = shown(comparison({ rows: [improved('a', 0)] }));
    expect(body).not.toContain('x1');
    expect(body).toContain('improved a 10 0');
  });
});

describe('a history', () => {
  it('a series without a point is none', () => {
    const of = (points: unknown) => ({
      schema: 'coresync.history/1',
      series: [{ id: 'a', machine: 'any', points, changes: [] }],
    });
    expect(historySchema.safeParse(of([])).success).toBe(false);
    const one = historySchema.parse(of([{ at: 'now', commit: 'c', value: 1 }]));
    expect(shown(one).body).toContain('Exact: the same on any machine.');
  });
});
