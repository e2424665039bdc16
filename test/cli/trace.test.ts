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

  it('policy mainline: nothing in red', async () => {
    const { status, document } = await runJson(...virtual('mainline', '20', 'mainline.json'));
    expect(status).toBe(0);
    expect(document.trace).toMatchObject({ file: join(directory, 'mainline.json'), leftOut: 0 });
    const text = textOf('mainline.json');
    expect(lintTrace(text)).toEqual([]);
    expect(text).not.toMatch(/STALE|TORN|FAULT|P-SYNC|terrible/);
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
  it('has every step of the schedule', async () => {
    const file = join(directory, 'replay.json');
    const { status, stderr } = await coresync('replay', 'kthread-return', '2x0 3x1', '--trace', file);
    expect([status, stderr]).toEqual([0, '']);
    const text = textOf('replay.json');
    expect(lintTrace(text)).toEqual([]);
    const { traceEvents } = JSON.parse(text);
    const steps = traceEvents.filter(({ cat }: { cat?: string }) => cat === 'step');
    expect(steps.map(({ tid }: { tid: number }) => tid)).toEqual([1, 1, 2, 2, 2]);
  });
});
