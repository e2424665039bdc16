import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeAvailability } from '../../src/engines/native/availability.js';
import { hostProfile } from '../../src/engines/native/hostProfile.js';
import { runSchema } from '../../src/report/runSchema.js';
import {
  COLUMNS,
  coresync,
  coresyncReportingWorkers,
  linesOf,
  outcomeOf,
  printed,
  runJson,
  start,
  WORKER_LINE,
} from './commandLine.js';

const available = await nativeAvailability();
const because = available === true ? '' : ` (skipped: ${available})`;
const ON_HOST = ['--engine', 'native'];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-native-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** In a process that has registered for nothing. */
const UNREGISTERED = {
  title: 'a barrier without a registration',
  processes: ['jit'],
  sites: [{ name: 'hot' }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [{ op: 'rounds', body: [{ op: 'publish', site: 'hot' }] }],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [{ op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1 }] }],
    },
  ],
};

describe.skipIf(available !== true)(`run --engine native${because}`, () => {
  it('a document that says whose the kernel is, and has nothing that nobody saw', async () => {
    const { status, document } = await runJson('missing-icache-flush', '--rounds', '100', ...ON_HOST);
    expect(status).toBe(0);
    expect(document).toMatchObject({
      scenario: 'missing-icache-flush',
      engine: 'native',
      arch: hostProfile(),
      policy: 'host',
      kernel: 'host',
      hardware: 'host',
      protocol: 'sync-core-without-invalidate',
      verdict: 'safe',
      basis: 'observed',
      publications: 100,
      calls: 1601,
      stoppedBy: 'finished',
    });
    expect(document.reason).toContain('not observed in 100 publications');
    expect(Object.keys(document.counters).sort()).toEqual([
      'calls',
      'contextSwitches',
      'patches',
      'syscalls',
    ]);
    expect(document).not.toHaveProperty('unserialized');
    expect(document).not.toHaveProperty('evidence');
  });

  it('the control: a patch of two stores is seen half done, exit 1', async () => {
    const { status, document } = await runJson('torn-patch', '--rounds', '50', ...ON_HOST);
    expect(status).toBe(1);
    expect(document).toMatchObject({
      verdict: 'torn',
      torn: 800,
      finding: { judgement: 'torn', executed: null },
    });
  });

  it('as text: 80 columns, what to mind, and commands to try that the engine takes', async () => {
    const { status, stdout, stderr } = await coresync('run', 'code-reuse', '--rounds', '50', ...ON_HOST);
    expect([status, stderr]).toEqual([0, '']);
    const lines = linesOf(stdout);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    expect(lines.at(-1)).toMatch(
      /^verdict: safe \(observed\) — not observed in 50 publications and \d+ calls$/,
    );
    expect(stdout).toContain('P-SYNC: not judged');
    expect(stdout).toMatch(/\nMind\n {2}The kernel is Linux /);
    expect(lines.filter((line) => line.startsWith('  coresync '))).toEqual([
      '  coresync run code-reuse --rounds 50',
      '  coresync run code-reuse --engine native --rounds 500',
    ]);
  });

  it('what the host cannot be told: unsupported, with what to use instead, exit 3', async () => {
    const { status, stdout } = await coresyncReportingWorkers('run', 'kthread-return', ...ON_HOST);
    expect(status).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain('task kworker/1 is a kernel thread');
    expect(stdout).toMatch(/use --engine threads\nverdict: unsupported \(observed\)\n$/);
  });

  it("the host's own answer: EPERM without a registration, and the JIT aborts", async () => {
    const file = join(directory, 'unregistered.json');
    const defaults = { arch: 'x86-64', policy: 'none', protocol: 'sync-core' };
    writeFileSync(file, JSON.stringify({ ...UNREGISTERED, defaults }));
    const { status, document } = await runJson(file, '--reaction', 'abort', ...ON_HOST);
    expect(status).toBe(3);
    expect(document).toMatchObject({ verdict: 'inconclusive', ending: 'aborted', publications: 0 });
  });

  it('SIGINT: the partial result, exit 130, nothing left behind', async () => {
    const child = start(['run', 'running-peer', '--rounds', '100000000', ...ON_HOST, '--json'], {
      reportsWorkers: true,
    });
    const ending = outcomeOf(child);
    await printed(child.stderr!, WORKER_LINE.repeat(2));
    child.kill('SIGINT');
    const { status, stdout } = await ending;
    expect(status).toBe(130);
    expect(runSchema.parse(JSON.parse(stdout))).toMatchObject({ stoppedBy: 'interrupted' });
    expect(() => process.kill(-child.pid!, 0)).toThrow('ESRCH');
  });

  it('ended while its threads still begin: exit 3, not the end of the process', async () => {
    for (const cpus of ['8', '64']) {
      const { status, stderr } = await coresync(
        ...['run', 'publication', '--rounds', '10', ...ON_HOST, '--cpus', cpus, '--start-timeout', '50'],
      );
      expect([status, stderr]).toEqual([3, expect.stringContaining('had a host thread within 50 ms')]);
    }
  });

  it('an option that the host decides: exit 2, and nothing was started', async () => {
    const { status, stdout, stderr } = await coresyncReportingWorkers(
      ...['run', 'running-peer', '--policy', 'none', ...ON_HOST],
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: --policy means nothing on engine native: the serialization policy is \w/);
    expect(stderr).not.toContain(WORKER_LINE);
  });
});

it('where koffi is not installed: exit 2, with the reason and what is there', async () => {
  const { status, stdout, stderr } = await outcomeOf(
    start(['run', 'running-peer', ...ON_HOST], { hidesKoffi: true }),
  );
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: engine 'native' is not available: (koffi cannot be loaded|the host is )/);
  expect(stderr).toContain('Available: threads, virtual.');
});
