import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataIn, openTags } from '../report/html/htmlText.js';
import { coresync, linesOf } from './commandLine.js';

const directory = mkdtempSync(join(tmpdir(), 'coresync-'));
afterAll(() => rmSync(directory, { recursive: true }));

const inside = (name: string): string => join(directory, name);

/** What a command prints with --json, in a file. */
async function saved(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await coresync(...args, '--json');
  writeFileSync(inside(name), stdout);
  return inside(name);
}

describe('report', () => {
  const files: string[] = [];

  beforeAll(async () => {
    const bench = ['bench', 'sched-pipe-threads', '--policy', 'none', 'registered'];
    const history = inside('history.jsonl');
    files.push(
      await saved('explore.json', 'explore', 'kthread-return', '--policy', 'none'),
      await saved('run.json', 'run', 'kthread-return', '--policy', 'none', '--engine', 'virtual'),
      await saved('matrix.json', 'matrix', '--scenario', 'kthread-return', '--arch', 'x86-64', 'arm64-a00'),
      await saved('bench.json', ...bench, '-p', 'cpus=2,8'),
      await saved('other.json', ...bench, '-p', 'cpus=2,8', '--kernel', '5.4'),
      await saved('mutate.json', 'mutate', '--scenario', 'caller-cpu'),
    );
    files.push(await saved('compare.json', 'compare', files[3]!, files[4]!));
    for (const file of files.slice(3, 5)) await coresync('history', 'add', file, '--file', history);
    files.push(await saved('history.json', 'history', 'show', '--file', history, '--series', '/none/'));
  });

  it('shows every kind of document, in the order given, and has them in it', async () => {
    const page = inside('page.html');
    const { status, stdout, stderr } = await coresync('report', ...files, '--save', page, '--title', 'a < b');
    expect([status, stderr]).toEqual([0, '']);
    expect(linesOf(stdout)[0]).toContain(`${page} is written: Exploration: kthread-return under none; Run:`);
    const text = readFileSync(page, 'utf8');
    expect(openTags(text)).toEqual([]);
    expect(dataIn(text)).toEqual(files.map((file) => JSON.parse(readFileSync(file, 'utf8'))));
    expect(text).toContain('<title>a &#60; b</title>');
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    const titles = [...text.matchAll(/<h2>([^:<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'Exploration',
      'Run',
      'Matrix',
      'Bench',
      'Bench',
      'Mutations',
      'Comparison',
      'History',
    ]);
    // What each is about.
    expect(text).toMatch(/<tr class="marked">.*promises the new version/);
    expect(text).toMatch(/<td class="cell bad" title="stale: [^"]*">S <\/td>/);
    expect(text).toContain('<h4>sched-pipe-threads cpus=8</h4>');
    expect(text).toMatch(/All that missed none cost the same/);
    expect(text).toContain('<td><code>ipi-sync-core</code></td>');
  });

  it.each([
    [
      'nothing that coresync has written',
      '{"schema": "coresync.list/1"}',
      'coresync.list/1; expected one of coresync.bench/1, ',
    ],
    [
      'a newer document',
      '{"schema": "coresync.bench/2"}',
      'coresync.bench/2, which this version does not know',
    ],
    [
      'a series without a point',
      '{"schema": "coresync.history/1", "series": [{"id": "a", "machine": "any", "points": [], "changes": []}]}',
      'series[0].points: expected at least 1 in the list, found 0',
    ],
    ['no JSON', 'verdict: safe', 'is no JSON document'],
  ])('%s: exit 2, and no page', async (_, text, message) => {
    const [file, page] = [inside('wrong.json'), inside('none.html')];
    writeFileSync(file, text);
    const { status, stdout, stderr } = await coresync('report', files[0]!, file, '--save', page);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(() => readFileSync(page)).toThrow();
  });

  it('has in it what this version does not know', async () => {
    const [file, page] = [inside('later.json'), inside('later.html')];
    const document = { ...JSON.parse(readFileSync(files[0]!, 'utf8')), later: { than: 'this' } };
    writeFileSync(file, JSON.stringify(document));
    expect((await coresync('report', file, '--save', page)).status).toBe(0);
    expect(dataIn(readFileSync(page, 'utf8'))).toEqual([document]);
  });

  it('a place that cannot be written to: exit 2', async () => {
    const { status, stderr } = await coresync(
      'report',
      files[0]!,
      '--save',
      join(directory, 'no', 'page.html'),
    );
    expect(status).toBe(2);
    expect(stderr).toContain('cannot write');
  });
});
