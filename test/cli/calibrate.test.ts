import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { calibrateHost } from '../../src/cli/calibrate.js';
import { openHostKernel } from '../../src/engines/native/hostKernel.js';
import { COST_NAMES } from '../../src/hw/costProfile.js';
import type { BenchDocument } from '../../src/report/benchSchema.js';
import { costProfileSchema } from '../../src/report/costProfileSchema.js';
import { plain } from '../../src/report/paint.js';
import { COLUMNS, coresync, linesOf, outcomeOf, start } from './commandLine.js';

const BENCH = ['bench', 'sched-pipe-threads', '--policy', 'none', '-p', 'cpus=2', '-p', 'rounds=2'];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-calibrate-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const kernel = await openHostKernel();

it.skipIf('unavailable' in kernel)('calibrate --save: a profile of this host, that bench reads', async () => {
  const file = join(directory, 'host.json');
  const { status, stdout, stderr } = await coresync(
    ...['calibrate', '--blocks', '10', '--base', 'kvm-x86-64', '--save', file],
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  // The path of the file is as long as it is.
  for (const line of linesOf(stdout).slice(0, -1)) expect(line.length).toBeLessThanOrEqual(COLUMNS);
  expect(linesOf(stdout).at(-1)).toBe(`Next: coresync bench kthread-bounce-load --costs ${file}`);
  const profile = costProfileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const name of COST_NAMES) {
    const { source, assumption } = profile.costs[name];
    expect(source ?? assumption).toMatch(/^(measured by coresync calibrate|taken over from kvm-x86-64)/);
  }
  expect(profile.costs.decode.assumption).toContain('is not decoding it');
  const bench = await coresync(...BENCH, '--costs', file, '--json');
  expect(bench.stderr).toBe('');
  expect((JSON.parse(bench.stdout) as BenchDocument).inputs.costs).toBe(profile.name);
});

it('without koffi: exit 3 with what to do, and no file', async () => {
  const save = join(directory, 'none.json');
  const host = {
    platform: 'linux',
    arch: 'x64',
    loadFfi: () => Promise.reject(new Error('no such module')),
  };
  const session = { print: () => expect.unreachable(), paint: plain };
  await expect(calibrateHost({ blocks: 10, save }, session, host)).rejects.toMatchObject({
    exit: 3,
    message: 'nothing can be measured: koffi cannot be loaded: no such module',
    next: expect.stringContaining('npm install koffi'),
  });
  expect(readdirSync(directory)).not.toContain('none.json');
});

it.skipIf('unavailable' in kernel)('where no thread is to be had: exit 3, and no file', async () => {
  const save = join(directory, 'nothing.json');
  const child = start(['calibrate', '--save', save], { refusesWorkers: true });
  const { status, stdout, stderr } = await outcomeOf(child);
  expect(stderr).toMatch(
    /^error: nothing can be measured: no thread to be had\n {2}See what this host lacks/,
  );
  expect(stdout).toBe('');
  expect(status).toBe(3);
  expect(readdirSync(directory)).not.toContain('nothing.json');
});

it('a base that nobody knows: exit 2, and nothing is measured', async () => {
  const { status, stdout, stderr } = await coresync('calibrate', '--base', 'kvm-x86');
  expect(stderr).toContain("unknown cost profile 'kvm-x86'; did you mean 'kvm-x86-64'?");
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

it('schema --kind costs: the JSON Schema of a cost profile', async () => {
  const { status, stdout } = await coresync('schema', '--kind', 'costs');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { schema: { const: 'coresync.costs/1' }, costs: { type: 'object' } },
  });
});
