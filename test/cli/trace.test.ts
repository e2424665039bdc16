import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintTrace } from '../report/traceLint.js';
import { coresync, runJson } from './commandLine.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-trace-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const virtual = (policy: string, rounds: string, file: string): string[] => [
  ...['kthread-return', '--policy', policy, '--engine', 'virtual', '--rounds', rounds],
  ...['--trace', join(directory, file)],
];
const textOf = (file: string): string => readFileSync(join(directory, file), 'utf8');

describe('run --trace', () => {
  it('policy none: a stale execution in red, and the head of what it is a trace of', async () => {
    const { status, document } = await runJson(...virtual('none', '20', 'none.json'));
    expect(status).toBe(1);
    const text = textOf('none.json');
    expect(lintTrace(text)).toEqual([]);
    const { otherData, traceEvents } = JSON.parse(text);
    expect(otherData).toMatchObject({
      clock: 'virtual: 1 ns is 1 cycle',
      scenario: 'kthread-return',
      policy: 'none',
      verdict: 'stale',
      leftOut: 0,
    });
    const stale = traceEvents.filter(({ name }: { name: string }) => name.startsWith('STALE'));
    expect(stale.length).toBeGreaterThanOrEqual(20);
    expect(stale[0]).toMatchObject({
      ph: 'i',
      tid: 2,
      name: 'STALE hot: v0 executed, v1 promised',
      cname: 'terrible',
    });
    const { slices, marks, arrows } = document.trace!;
    const METADATA = 5;
    expect(traceEvents).toHaveLength(METADATA + slices + marks + 2 * arrows);
  });

  it('policy mainline: none; the same seed gives the same bytes, and the run is the one without a trace', async () => {
    const { status, document } = await runJson(...virtual('mainline', '20', 'mainline.json'));
    expect(status).toBe(0);
    const text = textOf('mainline.json');
    expect(lintTrace(text)).toEqual([]);
    expect(text).not.toMatch(/STALE|TORN|FAULT|P-SYNC|terrible/);
    const { trace, ...rest } = document;
    expect(trace).toMatchObject({ file: join(directory, 'mainline.json'), leftOut: 0 });
    const again = await runJson(...virtual('mainline', '20', 'again.json'));
    expect(textOf('again.json')).toBe(text);
    const without = await runJson(...virtual('mainline', '20', 'again.json').slice(0, -2));
    expect(without.document).toEqual(rest);
    expect(again.document).toEqual({ ...rest, trace: { ...trace, file: join(directory, 'again.json') } });
  });

  it('says where it is', async () => {
    const { stdout, stderr } = await coresync('run', ...virtual('none', '1', 'short.json'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^Trace\n {2}\S+short\.json\n {2}slices \d+, marks \d+, arrows \d+; open it at \S+\n\n/m,
    );
  });

  it('writes nothing where nothing can happen', async () => {
    const { status, document } = await runJson(
      ...['kthread-return', '--arch', 'loongarch64', '--engine', 'virtual'],
      ...['--trace', join(directory, 'unsupported.json')],
    );
    expect(status).toBe(3);
    expect(document).not.toHaveProperty('trace');
    expect(readdirSync(directory)).not.toContain('unsupported.json');
  });
});

describe('replay --trace', () => {
  it('has every access of the schedule', async () => {
    const options = ['kthread-return', '--policy', 'none'];
    const { witness } = JSON.parse((await coresync('explore', ...options, '--json')).stdout);
    const file = join(directory, 'replay.json');
    const { status, stderr } = await coresync('replay', ...options, witness.schedule, '--trace', file);
    expect([status, stderr]).toEqual([1, '']);
    const text = textOf('replay.json');
    expect(lintTrace(text)).toEqual([]);
    const steps = JSON.parse(text).traceEvents.filter(({ cat }: { cat?: string }) => cat === 'step');
    expect(steps.at(-1)).toMatchObject({ tid: 2, name: 'calls the code', args: { step: steps.length } });
    expect(steps.length).toBeGreaterThanOrEqual(witness.length);
  });
});
