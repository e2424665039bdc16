import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopSignal } from '../../src/cli/interruption.js';
import type { Session, StopReason } from '../../src/cli/session.js';
import { judgeScenario } from '../../src/cli/singleRun.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { matrixSchema } from '../../src/report/matrixSchema.js';
import { mutationSchema } from '../../src/report/mutationSchema.js';
import { plain } from '../../src/report/paint.js';
import { runSchema } from '../../src/report/runSchema.js';
import { coresync, outcomeOf, printed, start, WORKER_LINE } from './commandLine.js';

/** Interrupted after three seconds: what it prints then. */
async function printedUntil(signal: NodeJS.Signals, args: readonly string[]): Promise<string> {
  const child = start([...args]);
  const ending = outcomeOf(child);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.kill(signal);
  const { status, stdout, stderr } = await ending;
  expect(status).toBe(130);
  expect(stderr).toBe('');
  return stdout;
}

describe('SIGINT', () => {
  it('in the middle of a run: the partial result, exit 130, nothing left behind', async () => {
    const child = start(['run', 'kthread-return', '--rounds', '100000000', '--json'], {
      reportsWorkers: true,
    });
    const ending = outcomeOf(child);
    await printed(child.stderr!, WORKER_LINE.repeat(2));
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ending;
    expect(status).toBe(130);
    expect(stderr).toBe(WORKER_LINE.repeat(2));
    expect(runSchema.parse(JSON.parse(stdout))).toMatchObject({
      verdict: 'inconclusive',
      stoppedBy: 'interrupted',
    });
    expect(() => process.kill(-child.pid!, 0)).toThrow('ESRCH');
  });

  it('in a run in virtual time: the partial result, exit 130', async () => {
    let text = '';
    const session: Session = {
      print: (part) => {
        text += part;
      },
      paint: plain,
      stopSignal: () => AbortSignal.abort('interrupted' satisfies StopReason),
      endWith: () => {},
    };
    const options = {
      engine: 'virtual',
      hardware: 'adversarial',
      rounds: 100_000,
      seed: 0,
      json: true,
    } as const;
    expect(await judgeScenario('kthread-return', options, session)).toBe(130);
    const document = runSchema.parse(JSON.parse(text));
    expect(document).toMatchObject({ verdict: 'inconclusive', stoppedBy: 'interrupted' });
    expect(document.calls).toBeGreaterThan(0);
  });

  it('between two rows of a matrix: those until then, exit 130', async () => {
    // Minutes, interrupted after the first seconds.
    const stdout = await printedUntil('SIGINT', ['matrix', '--seeds', '100', '--json']);
    const { rows, stoppedBy } = matrixSchema.parse(JSON.parse(stdout));
    expect(stoppedBy).toBe('interrupted');
    expect(rows.length).toBeGreaterThan(0);
  });

  it('in the middle of mutate: the points until then, exit 130; SIGTERM is the same', async () => {
    const stdout = await printedUntil('SIGTERM', ['mutate', '--json']);
    const { stoppedBy, mutations } = mutationSchema.parse(JSON.parse(stdout));
    expect(stoppedBy).toBe('interrupted');
    expect(mutations.length).toBeLessThan(ORDERING_POINTS.length);
  });

  it('in the middle of the tour: says so, exit 130, nothing left behind, and no page of a part', async () => {
    const page = join(tmpdir(), `coresync-${process.pid}-interrupted.html`);
    const child = start(['demo', '--save', page]);
    const ending = outcomeOf(child);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ending;
    expect(status).toBe(130);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\ninterrupted\n$/);
    expect(existsSync(page)).toBe(false);
    expect(() => process.kill(-child.pid!, 0)).toThrow('ESRCH');
  });

  it('in a command that has nothing to print before its end: ended by the signal', async () => {
    const child = start(['bench']);
    const ending = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    expect(await ending).toEqual([null, 'SIGINT']);
  });

  it('a second one exits at once', () => {
    const statuses: number[] = [];
    const host = Object.assign(new EventEmitter(), {
      stdout: new EventEmitter(),
      exit: (status: number) => statuses.push(status),
    });
    const signal = stopSignal(host)();
    host.emit('SIGINT');
    expect(signal.reason).toBe('interrupted');
    expect(statuses).toEqual([]);
    host.emit('SIGINT');
    expect(statuses).toEqual([130]);
  });
});

describe('standard output', () => {
  it('closed by its reader: no error', async () => {
    const child = start(['demo']);
    const ending = outcomeOf(child);
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const { status, stderr } = await ending;
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  it('that cannot be written to: exit 4, and why', async () => {
    const host = Object.assign(new EventEmitter(), { stdout: new EventEmitter(), exit: () => {} });
    stopSignal(host);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(() => host.stdout.emit('error', full)).toThrow(
      expect.objectContaining({ exit: 4, message: expect.stringContaining('ENOSPC') }),
    );
  });
});

describe('help and version: exit 0, on stdout', () => {
  it.each([
    ['--help', /^Usage: coresync .*\bdemo\b.*\blist\b.*\brun\b.*Exit status:.*130 interrupted/s],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('%s', async (option, text) => {
    const { status, stdout, stderr } = await coresync(option);
    expect(status).toBe(0);
    expect(stdout).toMatch(text);
    expect(stderr).toBe('');
  });
});
