import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE_FILES } from '../scenarios/file/corpus.js';
import { coresync, coresyncReportingWorkers, WORKER_LINE } from './commandLine.js';

const directory = mkdtempSync(join(tmpdir(), 'coresync-'));
const file = join(directory, 'my.json');
afterAll(() => rmSync(directory, { recursive: true }));

describe('scenario files on the command line', () => {
  it('init writes one that is stale under none and safe under its own policy', async () => {
    expect((await coresync('init', file)).status).toBe(0);
    const stale = await coresync('run', file, '--policy', 'none');
    expect(stale.stdout).toContain('verdict: stale (observed)');
    expect(stale.status).toBe(1);
    const safe = await coresync('run', file);
    expect(safe.stdout).toContain('verdict: safe (observed)');
    expect(safe.status).toBe(0);
  });

  it('init never replaces a file', async () => {
    const text = readFileSync(file, 'utf8');
    const { status, stderr } = await coresync('init', file);
    expect(status).toBe(2);
    expect(stderr).toContain('it is there already');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('explore looks at every schedule of one', async () => {
    expect((await coresync('explore', file, '--policy', 'none')).status).toBe(1);
    const { status, stdout } = await coresync('explore', file);
    expect(stdout).toContain('verdict: forbidden (exhaustive)');
    expect(status).toBe(0);
  });

  it('explore has no verdict where nothing could be wrong: exit 3', async () => {
    const text = readFileSync(file, 'utf8');
    const unpublished = (instead: string): string => {
      const path = join(directory, 'unpublished.json');
      writeFileSync(path, text.replace(/\{[^{}]*"op": "publish"[^{}]*\},/, instead));
      return path;
    };
    const { status, stdout } = await coresync('explore', unpublished(''));
    expect(stdout).toContain('verdict: none — nothing is ever published');
    expect(status).toBe(3);
    // The control: what the call guarantees about code is judged, and kept.
    const call = '{ "op": "membarrier", "command": "sync-core" },';
    expect((await coresync('explore', unpublished(call))).status).toBe(0);
    expect((await coresync('explore', unpublished(call), '--policy', 'none')).status).toBe(1);
  });

  it('a bad one starts nothing, and is told the place', async () => {
    const bad = HOSTILE_FILES.find(({ title }) => title === 'an unknown operation')!;
    const path = join(directory, 'bad.json');
    writeFileSync(path, bad.text);
    const { status, stdout, stderr } = await coresyncReportingWorkers('run', path);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      `${path}:26:21: tasks[0].program[1].body[0].op: unknown "spni"; did you mean 'spin'?`,
    );
    expect(stderr).not.toContain(WORKER_LINE);
  });

  it('a protocol file goes where the name of a protocol does', async () => {
    const path = join(directory, 'protocol.json');
    expect((await coresync('init', path, '--kind', 'protocol')).status).toBe(0);
    const proof = await coresync('explore', 'publication', '--protocol', path, '--arch', 'arm64-a11');
    expect(proof.stdout).toContain('verdict: forbidden (exhaustive)');
    const { stdout, status } = await coresync('matrix', '--protocols', '--protocol', path);
    expect(stdout).toContain('3 rows, 0 not as expected');
    expect(status).toBe(0);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"membarrier-sync-core", ', ''));
    const wrong = await coresync('matrix', '--protocols', '--protocol', path);
    expect(wrong.stdout).toContain('on arm64-a00');
    expect(wrong.status).toBe(1);
  });

  it('one that begins with a byte order mark is read', async () => {
    const path = join(directory, 'bom.json');
    writeFileSync(path, `\uFEFF${readFileSync(file, 'utf8')}`);
    expect((await coresync('explore', path)).status).toBe(0);
  });

  it.each([
    ['a directory', 'folder.json', 'it is not a file'],
    ['too long', 'long.json', 'it has 300000 bytes; expected at most 262144'],
  ])('%s is refused, and not offered to be begun', async (_, name, message) => {
    const path = join(directory, name);
    if (name === 'folder.json') mkdirSync(path);
    else writeFileSync(path, ' '.repeat(300_000));
    const { status, stderr } = await coresync('run', path);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('coresync init');
  });

  it('one that is not there is told how to begin one', async () => {
    const { status, stderr } = await coresync('run', join(directory, 'none.json'));
    expect(status).toBe(2);
    expect(stderr).toContain('coresync init');
  });

  it('schema prints the JSON Schema', async () => {
    const { status, stdout } = await coresync('schema');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe('functions on the command line', () => {
  it('explore says why it does not, and exits 3', async () => {
    const { status, stderr } = await coresync('explore', 'wasm/static-key.wat');
    expect(stderr).toContain('which has a memory of its own that no schedule can take back');
    expect(status).toBe(3);
  });

  it('a bad one starts nothing, and is told the place', async () => {
    const path = join(directory, 'bad.wat');
    writeFileSync(path, '(module\n (func (export "run") (@metadata.code.patch "key") nop))');
    const { status, stdout, stderr } = await coresyncReportingWorkers('run', path);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${path}:2:23: expected (@metadata.code.patch "name") with an i32.const`);
    expect(stderr).not.toContain(WORKER_LINE);
  });
});
