import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchDocument } from '../../src/cli/benchDocument.js';
import { gatePlan } from '../../src/cli/gatePlan.js';
import { packageFile } from '../../src/jit/packageFile.js';
import { type Baseline, baselineSchema } from '../../src/report/baselineSchema.js';
import { type BenchDocument, benchSchema } from '../../src/report/benchSchema.js';
import { coresync } from '../cli/commandLine.js';

const BASELINE: Baseline = baselineSchema.parse(
  JSON.parse(readFileSync(packageFile('bench/baseline.json'), 'utf8')),
);
const BASELINE_FILE = packageFile('bench/baseline.json').pathname;
const EXPECTED_FILE = packageFile('bench/expected-series.json').pathname;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-gate-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(name: string, value: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

function linesOf({ series }: BenchDocument): string[] {
  return series.map((one) => JSON.stringify(one));
}

describe('the gate of this repository', () => {
  let gate: Awaited<ReturnType<typeof coresync>>;
  let here: BenchDocument;
  let elsewhere: BenchDocument;

  beforeAll(async () => {
    const saved = join(directory, 'measured.json');
    const files = ['--baseline', BASELINE_FILE, '--expected', EXPECTED_FILE];
    gate = await coresync('gate', ...files, '--save', saved);
    elsewhere = JSON.parse(readFileSync(saved, 'utf8'));
    here = await benchDocument(await gatePlan());
  }, 120_000);

  it('passes: what it costs is what the baseline says', () => {
    expect(gate.stdout).toContain(
      `compared ${BASELINE.series.length} of ${BASELINE.series.length} expected series`,
    );
    expect(gate.stdout).toMatch(/pass\n$/);
    expect(gate.status).toBe(0);
    expect(benchSchema.safeParse(elsewhere).error).toBeUndefined();
  });

  it('every exact series is the same, byte for byte, in another process', () => {
    expect(here.series.every((one) => one.kind === 'exact')).toBe(true);
    const [these, those] = [linesOf(here), linesOf(elsewhere)];
    expect(these).toHaveLength(those.length);
    expect(these.filter((line, index) => line !== those[index])).toEqual([]);
    expect(here.inputs).toEqual(elsewhere.inputs);
  });

  it('covers every workload under every compared policy, none of which misses anything', async () => {
    const { workloads, policies, sweep } = await gatePlan();
    const cycles = here.series.filter((one) => one.metric === 'cycles');
    expect(cycles).toHaveLength(workloads.length * policies.length * sweep.cpus!.length);
    for (const one of here.series) {
      if (one.kind === 'exact' && one.metric === 'missed') expect([one.id, one.value]).toEqual([one.id, 0]);
    }
  });

  it('the causes of the cycles add up to the cycles', () => {
    for (const one of here.series) {
      if (one.kind !== 'exact' || one.metric !== 'cycles') continue;
      const sum = Object.values(one.breakdown!).reduce((total, share) => total + share.cycles, 0);
      expect([one.id, sum]).toEqual([one.id, one.value]);
    }
  });

  it('can go red', async () => {
    const { status, stdout } = await coresync(
      'gate',
      '--self-test',
      '--baseline',
      BASELINE_FILE,
      '--expected',
      EXPECTED_FILE,
    );
    expect(stdout).toContain('noticed: one series is 145 cycles dearer: fail');
    expect(stdout).not.toContain('NOT NOTICED');
    expect(status).toBe(1);
  }, 60_000);
});

describe('a baseline that is no good is status 3', () => {
  it.each([
    ['that is not there', () => join(directory, 'nowhere.json')],
    ['that is no JSON', () => file('broken.json', '{')],
    ['of a later version', () => file('later.json', { ...BASELINE, schema: 'coresync.baseline/2' })],
    ['without series', () => file('empty.json', { ...BASELINE, series: [] })],
    [
      'with a value that is no number',
      () => file('nan.json', { ...BASELINE, series: [{ ...BASELINE.series[0], value: Number.NaN }] }),
    ],
  ])('one %s', async (_, path) => {
    const { status, stderr } = await coresync('gate', '--baseline', path(), '--expected', EXPECTED_FILE);
    expect(stderr).toContain('.json');
    expect(status).toBe(3);
  });

  it('an empty list of expected series too', async () => {
    const none = file('none.json', { schema: 'coresync.expected-series/1', ids: [] });
    const { status } = await coresync('gate', '--baseline', BASELINE_FILE, '--expected', none);
    expect(status).toBe(3);
  });

  it('compare says so as well, and tells what it read', async () => {
    const { status, stderr } = await coresync(
      'compare',
      file('a.json', { schema: 'coresync.bench/9' }),
      'b.json',
    );
    expect(stderr).toContain('coresync.bench/9');
    expect(status).toBe(3);
  });
});
