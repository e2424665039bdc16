import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchDocument } from '../../src/report/benchSchema.js';
import { coresync } from './commandLine.js';

const BENCH = ['bench', 'sched-pipe-threads', '--policy', 'none', '-p', 'cpus=2', '-p', 'rounds=2'];

let directory: string;
let bench: string;
let list: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-files-'));
  bench = join(directory, 'bench.json');
  list = join(directory, 'list.json');
  await coresync(...BENCH, '--save', bench);
  writeFileSync(list, JSON.stringify({ schema: 'coresync.list/1' }));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('a place that cannot be written to: said before anything is measured, exit 2', () => {
  it.each([
    ['bench --save', [...BENCH, '--save']],
    ['run --trace', ['run', 'kthread-return', '--engine', 'virtual', '--trace']],
    ['replay --trace', ['replay', 'kthread-return', '2x0', '--trace']],
    ['history add --file', ['history', 'add', 'BENCH', '--file']],
    [
      'baseline save',
      ['baseline', 'save', '--expected', join(tmpdir(), 'coresync-no-such', 'ids'), '--baseline'],
    ],
  ])('%s', async (_, args) => {
    const missing = join(directory, 'no-such-directory', 'file');
    const given = args.map((arg) => (arg === 'BENCH' ? bench : arg));
    const { status, stdout, stderr } = await coresync(...given, missing);
    expect(stderr).toMatch(
      /^error: cannot write .*: there is no directory .*no-such-\S+\n {2}Choose another place\.\n$/,
    );
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a directory', async () => {
    const { status, stderr } = await coresync(...BENCH, '--save', directory);
    expect(stderr).toContain(`cannot write ${directory}: it is a directory`);
    expect(status).toBe(2);
    expect(readdirSync(directory).sort()).toEqual(['bench.json', 'list.json']);
  });
});

describe('a place that is no file', () => {
  it.each([
    ["''", ''],
    ['trace/', 'trace/'],
  ])('%s', async (shown, file) => {
    const { status, stderr } = await coresync(
      ...['run', 'kthread-return', '--engine', 'virtual', '--trace', file],
    );
    expect(stderr).toBe(`error: cannot write ${shown}: it names no file\n  Choose another place.\n`);
    expect(status).toBe(2);
  });
});

it('a place in something that is no directory', async () => {
  const { status, stderr } = await coresync('report', bench, '--save', join(list, 'page.html'));
  expect(stderr).toContain(`cannot write ${join(list, 'page.html')}: ${list} is not a directory`);
  expect(status).toBe(2);
});

describe('init', () => {
  it.each([
    ['a file that is there', 'there.json', /: it is there already\n {2}Choose another name\.\n$/],
    ['a directory', 'directory.json', /: it is a directory\n {2}Choose another place\.\n$/],
    ['in a directory that is missing', 'missing/mine.json', /: there is no directory \S+missing\n/],
  ])('%s: in words, exit 2', async (_, name, message) => {
    const place = mkdtempSync(join(directory, 'init-'));
    writeFileSync(join(place, 'there.json'), '');
    mkdirSync(join(place, 'directory.json'));
    const { status, stderr } = await coresync('init', join(place, name));
    rmSync(place, { recursive: true });
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('no name: proposes the one that is taken where none is given, which the help names', async () => {
    const { status, stderr } = await coresync('init', '', '--kind', 'protocol');
    expect(stderr).toBe("error: '' does not end in .json\n  Try: coresync init protocol.json\n");
    expect(status).toBe(2);
    expect((await coresync('init', '--help')).stdout).toContain('scenario.json or protocol.json');
  });
});

it('a page does not replace a document that it is made from', async () => {
  const before = readFileSync(bench, 'utf8');
  const { status, stderr } = await coresync('report', bench, '--save', bench);
  expect(stderr).toContain('would replace a document');
  expect(status).toBe(2);
  expect(readFileSync(bench, 'utf8')).toBe(before);
});

describe('a document that is not the one that is read: what it is, and what was expected', () => {
  it('of another command', async () => {
    const { status, stderr } = await coresync('compare', bench, list);
    expect(stderr).toContain(`${list}: it is coresync.list/1; expected coresync.bench/1`);
    expect(stderr).toContain('coresync bench --save');
    expect(status).toBe(3);
    const merged = await coresync('merge', list);
    expect(merged.stderr).toContain(`${list}: it is coresync.list/1; expected coresync.exploration/1`);
    expect(merged.status).toBe(2);
  });

  it('none at all', async () => {
    const { status, stderr } = await coresync('compare', bench, join(directory, 'none.json'));
    expect(stderr).toMatch(/^error: cannot read .*none\.json: there is no such file\n/);
    expect(status).toBe(3);
  });

  it.each([
    ['a number', '5', 'it is 5; expected one of coresync.bench/1, coresync.comparison/1, '],
    ['no schema', '{}', 'it is no document of coresync; expected one of coresync.bench/1, '],
    ['a schema with nothing in it', '{"schema":"coresync.bench/1"}', 'series is missing; expected a list'],
    [
      'another type',
      '{"schema":"coresync.history/1","series":[{"id":3}]}',
      'series[0].id: expected a text, found 3',
    ],
    ['what a terminal would obey', '{"schema":"\\u001b[31m"}', 'it is \\u001b[31m; expected one of '],
  ])('%s: in words', async (_, text, message) => {
    const file = join(directory, 'odd');
    writeFileSync(file, text);
    const { status, stderr } = await coresync('report', file, '--save', join(directory, 'page'));
    rmSync(file);
    expect(stderr).toContain(`error: ${file}: ${message}`);
    expect(status).toBe(2);
  });

  it('a binary file: where reading stops, and nothing of it is printed', async () => {
    const file = join(directory, 'binary');
    writeFileSync(file, Buffer.from([0x7b, 0x0a, 0x1b, 0x5b, 0xc2, 0x9b, 0x00]));
    const { status, stderr } = await coresync('report', file, '--save', join(directory, 'page'));
    rmSync(file);
    expect(stderr).toContain(`error: ${file} is no JSON document: line 2, column 1: expected a key`);
    expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    expect(status).toBe(2);
  });

  it.each([
    ['compare', (file: string) => ['compare', file, file], 3],
    ['bench --costs', (file: string) => [...BENCH, '--costs', file], 2],
    ['history show', (file: string) => ['history', 'show', '--file', file], 3],
  ])('%s: a pipe or a device, which never ends', async (_, args, status) => {
    const pipe = join(directory, 'pipe.json');
    const device = join(directory, 'device.json');
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/zero', device);
    for (const file of [pipe, device]) {
      const outcome = await coresync(...args(file));
      rmSync(file);
      expect(outcome.stderr).toContain(`cannot read ${file}: it is a pipe or a device; expected a file`);
      expect(outcome.status).toBe(status);
    }
  });

  it('a history that is a pipe is not added to: nobody may ever read it', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { status, stderr } = await coresync('history', 'add', bench, '--file', pipe);
    rmSync(pipe);
    expect(stderr).toContain(`cannot write ${pipe}: it is a pipe or a device; expected a file`);
    expect(status).toBe(2);
  });

  it('a history that is a directory, or has no such series', async () => {
    const directoryShown = await coresync('history', 'show', '--file', directory);
    expect(directoryShown).toMatchObject({ status: 3, stderr: expect.stringContaining('it is a directory') });
    const file = join(directory, 'history');
    await coresync('history', 'add', bench, '--file', file);
    const shown = await coresync('history', 'show', '--file', file, '--series', 'nothing');
    expect(shown.stderr).toContain("has no series whose id contains 'nothing'");
    expect(shown.status).toBe(3);
  });
});

it('what cannot be measured on an architecture: exit 3, as for run and explore', async () => {
  const { status, stderr } = await coresync('bench', 'tier-up', '--arch', 'loongarch64', '-p', 'cpus=2');
  expect(stderr).toMatch(/^error: loongarch64 has no membarrier SYNC_CORE/);
  expect(status).toBe(3);
});

it('what bench is told twice, it measures once', async () => {
  const [, workload = '', ...options] = BENCH;
  const args = [workload, workload, ...options, '-p', 'cpus=2,1,2', '--policy', 'none', 'none', '--json'];
  const { stdout } = await coresync('bench', ...args);
  const ids = (JSON.parse(stdout) as BenchDocument).series.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids).toEqual([...new Set(ids)]);
});
