import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorationDocument, explorationSchema } from '../../src/report/explorationSchema.js';
import type { ShardDocument } from '../../src/report/mergedShards.js';
import { COLUMNS, coresync, linesOf } from './commandLine.js';

const RIGHT = ['caller-migrates'];
const WRONG = ['kthread-return', '--policy', 'none'];

const directory = mkdtempSync(join(tmpdir(), 'coresync-shards-'));
afterAll(() => rmSync(directory, { recursive: true }));

function saved(name: string, value: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

async function shard(which: string, ...args: string[]): Promise<ShardDocument> {
  const { stdout, stderr } = await coresync('explore', ...args, '--shard', which, '--json');
  expect(stderr).toBe('');
  return explorationSchema.parse(JSON.parse(stdout)) as ShardDocument;
}

async function merged(
  ...paths: string[]
): Promise<{ readonly status: number | null; readonly document: ExplorationDocument }> {
  const { status, stdout, stderr } = await coresync('merge', ...paths, '--json');
  expect(stderr).toBe('');
  return { status, document: explorationSchema.parse(JSON.parse(stdout)) };
}

let right: ShardDocument[];
let paths: string[];
let whole: ExplorationDocument;

beforeAll(async () => {
  right = [await shard('1/3', ...RIGHT), await shard('2/3', ...RIGHT), await shard('3/3', ...RIGHT)];
  paths = right.map((document, i) => saved(`right-${i + 1}.json`, document));
  whole = explorationSchema.parse(JSON.parse((await coresync('explore', ...RIGHT, '--json')).stdout));
});

describe('explore --shard', () => {
  it('a part that nothing goes wrong in: exit 3, and what it knows', async () => {
    const { status, stdout } = await coresync('explore', ...RIGHT, '--shard', '1/3');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^caller-migrates: shard 1 of 3, /);
    expect(linesOf(stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(right[0]).toMatchObject({
      outcome: 'not-found-within-the-bound',
      complete: false,
      stoppedBy: 'end-of-shard',
      shard: { index: 1, of: 3 },
    });
    expect(right[0]!.shard.sharing.words.length).toBeGreaterThan(5);
  });

  it.each([
    ['0/2', ['--shard', '0/2'], "--shard is '0/2'; expected i/n, with n from 1 to 1000 and i from 1 to n"],
    ['3/2', ['--shard', '3/2'], "--shard is '3/2'; expected i/n"],
    ['x/y', ['--shard', 'x/y'], "--shard is 'x/y'; expected i/n"],
    ['2', ['--shard', '2'], "--shard is '2'; expected i/n"],
    ['1/1001', ['--shard', '1/1001'], "--shard is '1/1001'; expected i/n"],
    ['a mode', ['--shard', '1/2', '--mode', 'pct'], 'cannot be combined with --mode pct'],
    ['workers', ['--shard', '1/2', '--workers', '2'], 'cannot be combined with --workers 2'],
    [
      'preemptions',
      ['--shard', '1/2', '--max-preemptions', '0'],
      'cannot be combined with --max-preemptions',
    ],
    ['no shard', ['--knowing', 'a.json'], '--knowing means nothing without --shard'],
  ])('%s: exit 2', async (_, options, message) => {
    const { status, stdout, stderr } = await coresync('explore', ...RIGHT, ...options);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(linesOf(stderr).length).toBeGreaterThan(1);
  });

  it('--knowing: what the others know is known, and another machine is refused', async () => {
    const [first, second] = right as [ShardDocument, ShardDocument];
    const { interruptible, words } = second.shard.sharing;
    const stranger = { ...second.shard, sharing: { interruptible, words: [...words, [0, 3, 3]] } };
    const known = saved('known.json', { ...second, shard: stranger });
    const again = await shard('1/3', ...RIGHT, '--knowing', paths[0]!, known);
    expect(again.shard.sharing.words).toContainEqual([0, 3, 3]);
    expect(first.shard.sharing.words).not.toContainEqual([0, 3, 3]);
    const strange = { ...second.shard, sharing: { interruptible, words: [[1e6, 3, 3]] } };
    const broken = saved('strange.json', { ...second, shard: strange });
    const refused = await coresync('explore', ...RIGHT, '--shard', '1/3', '--knowing', broken);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('another shard knows word 1000000 to be shared; expected one below');
    const other = await coresync('explore', ...WRONG, '--shard', '1/3', '--knowing', paths[0]!);
    expect([other.status, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toContain('right-1.json: it is of another machine');
  });
});

describe('merge', () => {
  it('all of them, in any order: forbidden, exit 0, the counts are sums', async () => {
    const { status, document } = await merged(paths[2]!, paths[0]!, paths[1]!);
    expect(status).toBe(0);
    const { scenario, arch, policy, kernel, parameters } = whole;
    expect(document).toMatchObject({ scenario, arch, policy, kernel, parameters });
    expect(document).toMatchObject({
      outcome: 'forbidden',
      complete: true,
      stoppedBy: 'exhausted',
      states: right.reduce((sum, { states }) => sum + states!, 0),
      merged: { of: 3, missing: [], ended: [], unaware: [] },
    });
    expect(document.states).toBeGreaterThanOrEqual(whole.states!);
    expect(document.shard).toBeUndefined();
    const { status: text, stdout } = await coresync('merge', ...paths);
    expect(text).toBe(0);
    expect(stdout).toContain('Shards overlap');
    expect(linesOf(stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(linesOf(stdout).at(-1)).toMatch(/^verdict: forbidden \(exhaustive\) — /);
  });

  it('one is missing: exit 3, and says which', async () => {
    const { status, document } = await merged(paths[2]!, paths[0]!);
    expect(status).toBe(3);
    expect(document).toMatchObject({
      outcome: 'not-found-within-the-bound',
      complete: false,
      stoppedBy: 'shard-missing',
      merged: { missing: [2] },
    });
    const { stdout } = await coresync('merge', paths[0]!);
    expect(stdout).toContain('Shards 2/3, 3/3 are missing.');
    expect(linesOf(stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    // What it says to run is the shard that is missing.
    const [, command] = stdout.match(/coresync (explore [\s\S]* --json)$/m)!;
    const again = await coresync(...command!.replaceAll('\\\n', ' ').trim().split(/\s+/));
    expect(again.status).toBe(3);
    expect(JSON.parse(again.stdout).shard).toEqual(right[1]!.shard);
  });

  it('one was ended by a bound: exit 3, and says which', async () => {
    const bounded = saved('bounded.json', await shard('2/3', ...RIGHT, '--max-states', '10'));
    const { status, document } = await merged(paths[0]!, bounded, paths[2]!);
    expect(status).toBe(3);
    expect(document).toMatchObject({ complete: false, stoppedBy: 'state-limit', merged: { ended: [2] } });
    const { stdout } = await coresync('merge', paths[0]!, bounded, paths[2]!);
    expect(stdout).toContain('Shard 2/3 is ended by a bound.');
  });

  it('one knows a word to be shared that the others do not: exit 3, and says which; no longer when they know', async () => {
    const [first] = right as [ShardDocument];
    const { interruptible, words } = first.shard.sharing;
    const sharing = { interruptible, words: [[0, 3, 3], ...words] };
    const knowing = saved('knowing.json', { ...first, shard: { ...first.shard, sharing } });
    const { status, document } = await merged(knowing, paths[1]!, paths[2]!);
    expect(status).toBe(3);
    expect(document).toMatchObject({
      outcome: 'not-found-within-the-bound',
      complete: false,
      stoppedBy: 'sharing-differs',
      merged: { unaware: [2, 3] },
    });
    const { stdout } = await coresync('merge', knowing, paths[1]!, paths[2]!);
    expect(stdout.replace(/\s+/g, ' ')).toContain('Shards 2/3, 3/3 are not aware of all the shared words.');
    expect(stdout.replace(/[\\\s]+/g, ' ')).toContain(`--knowing ${knowing} ${paths[1]} ${paths[2]} --json`);
    const again = [
      knowing,
      saved('again-2.json', await shard('2/3', ...RIGHT, '--knowing', knowing)),
      saved('again-3.json', await shard('3/3', ...RIGHT, '--knowing', knowing)),
    ];
    expect((await merged(...again)).status).toBe(0);
  });

  it('one reads a word that nobody writes: no conflict, and no reason to run the others again', async () => {
    const [first] = right as [ShardDocument];
    const { interruptible, words } = first.shard.sharing;
    const sharing = { interruptible, words: [[0, 3, 0], ...words] };
    const reading = saved('reading.json', { ...first, shard: { ...first.shard, sharing } });
    expect((await merged(reading, paths[1]!, paths[2]!)).status).toBe(0);
  });

  it('one goes wrong: allowed, exit 1, with the shortest schedule, whatever the others say', async () => {
    const one = await shard('1/2', ...WRONG);
    expect(one.outcome).toBe('allowed');
    const { witness, ...fine } = await shard('2/2', ...WRONG);
    const silent = { ...fine, outcome: 'not-found-within-the-bound', stoppedBy: 'end-of-shard' };
    const { status, document } = await merged(saved('w1.json', one), saved('w2.json', silent));
    expect(status).toBe(1);
    expect(document).toMatchObject({ outcome: 'allowed', stoppedBy: 'violation', complete: true });
    expect(document.witness).toEqual(one.witness);
    const longer = { ...one.witness!, length: one.witness!.length + 1 };
    const both = await merged(
      saved('w1.json', { ...one, witness: longer }),
      saved('w2.json', { ...fine, witness }),
    );
    expect(both.document.witness).toEqual(witness);
    const { stdout } = await coresync('merge', join(directory, 'w1.json'));
    expect(stdout).toContain('coresync replay kthread-return');
  });

  describe('what is no set of shards: exit 2, says what, where, and what to do', () => {
    it.each([
      [
        'the same twice',
        () => [paths[0]!, paths[0]!],
        /it is shard 1\/3, and so is .*expected each shard once/,
      ],
      ['no shard', () => [saved('whole.json', whole)], /whole\.json: it is no shard; expected what/],
      ['no JSON', () => [saved('none.json', 'nothing')], /none\.json is no JSON document: /],
      [
        'no file',
        () => [join(directory, 'not-there.json')],
        /cannot read .*not-there\.json: there is no such file\n/,
      ],
      [
        'another schema',
        () => [saved('other.json', { schema: 'coresync.run/1' })],
        /other\.json: it is coresync\.run\/1; expected coresync\.exploration\/1/,
      ],
      [
        'a newer schema',
        () => [saved('newer.json', { ...right[0], schema: 'coresync.exploration/2' })],
        /newer\.json: it is coresync\.exploration\/2, which this version does not know/,
      ],
      [
        'an index above all',
        () => [saved('above.json', { ...right[0], shard: { ...right[0]!.shard, index: 4 } })],
        /above\.json: shard: index is above of/,
      ],
      [
        'another split',
        () => [paths[0]!, saved('split.json', { ...right[1], shard: { ...right[1]!.shard, of: 4 } })],
        /split\.json: it is shard 2\/4; expected one of 3/,
      ],
      [
        'another policy',
        () => {
          const other = { ...right[1], policy: 'none', shard: { ...right[1]!.shard, machine: 'x' } };
          return [paths[0]!, saved('policy.json', other)];
        },
        /policy\.json: it is of another machine: its policy is none, not mainline/,
      ],
      [
        'what only the machine tells',
        () => [paths[0]!, saved('calls.json', { ...right[1], shard: { ...right[1]!.shard, machine: 'x' } })],
        /calls\.json: it is of another machine: the scenario file differs/,
      ],
      ['nothing', () => [], /missing required argument 'files'/],
    ])('%s', async (_, files, message) => {
      const { status, stdout, stderr } = await coresync('merge', ...files());
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(message);
      expect(linesOf(stderr).length).toBeGreaterThan(1);
    });

    it('a merged one', async () => {
      const { document } = await merged(...paths);
      const { status, stderr } = await coresync('merge', saved('merged.json', document));
      expect(status).toBe(2);
      expect(stderr).toContain('merged.json: it is merged already');
    });

    it('other calls of a round make another machine', async () => {
      const other = saved('two-calls.json', await shard('2/3', ...WRONG, '--calls', '2'));
      const one = saved('one-call.json', await shard('1/3', ...WRONG));
      const { status, stderr } = await coresync('merge', one, other);
      expect(status).toBe(2);
      expect(stderr).toContain('it is of another machine');
    });
  });
});
