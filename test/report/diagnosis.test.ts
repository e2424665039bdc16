import { describe, expect, it } from 'vitest';
import { exitStatusFor } from '../../src/cli/doctor.js';
import { ENGINES } from '../../src/engines/engines.js';
import type { HostExamination } from '../../src/engines/native/hostExamination.js';
import { diagnose } from '../../src/report/diagnosis.js';
import { type DoctorDocument, doctorSchema } from '../../src/report/doctorSchema.js';
import { doctorText } from '../../src/report/doctorText.js';
import type { EnvironmentDocument } from '../../src/report/environmentSchema.js';
import { plain } from '../../src/report/paint.js';

const ENV: EnvironmentDocument = {
  coresync: '0.1.0',
  node: '20.20.2',
  platform: 'linux',
  arch: 'x64',
  kernel: '6.1.0',
  cpuModel: 'Made Up',
  logicalCpus: 4,
};

const steady = (count: number, ns: number): number[] =>
  Array.from({ length: count }, (_, i) => ns * (1 + (i % 10) / 1000));
const pairsOf = (samples: readonly number[]): HostExamination['sameWork'] =>
  samples.map((a, i) => ({ a, b: samples[(i + 3) % samples.length]! }));

/** A host with nothing to complain about. */
const GOOD: HostExamination = {
  quota: undefined,
  load: 0.1,
  isVirtualMachine: false,
  governor: 'performance',
  pageBytes: 4096,
  clock: { step: 20, reading: 40 },
  roundTrips: steady(100, 300),
  sameWork: pairsOf(steady(12, 1000)),
  membarrier: { commands: 0x3ff, registersSyncCore: 0 },
  showsCallInterrupts: true,
};

async function diagnosed(
  changed: Partial<HostExamination> = {},
  env: Partial<EnvironmentDocument> = {},
): Promise<DoctorDocument> {
  return doctorSchema.parse(await diagnose({ ...GOOD, ...changed }, { ...ENV, ...env }));
}

const check = (document: DoctorDocument, name: string) => document.checks.find((one) => one.name === name);
const engine = (document: DoctorDocument, name: string) => document.engines.find((one) => one.name === name);

describe('a host with nothing to complain about', () => {
  it('everything is ok, and there is nothing to do', async () => {
    const document = await diagnosed();
    for (const { name, status, todo } of document.checks)
      expect([name, status, todo]).toEqual([name, 'ok', undefined]);
    expect(engine(document, 'threads')).toMatchObject({
      status: 'ok',
      verdict: 'real races; wall-clock figures mean something up to 4 cpus',
    });
    expect(engine(await diagnosed({ quota: 2.5 }), 'threads')?.verdict).toMatch(/up to 2 cpus$/);
    expect(exitStatusFor(document)).toBe(0);
  });

  it('has a verdict for each engine', async () => {
    expect((await diagnosed()).engines.map(({ name }) => name)).toEqual(ENGINES.map(({ name }) => name));
  });
});

describe('wall-clock figures that mean little: a warning, and exit 0', () => {
  it.each<[string, Partial<HostExamination>, Partial<EnvironmentDocument>, string]>([
    ['one core', {}, { logicalCpus: 1 }, 'cores'],
    ['a quota of less than two cpus', { quota: 1.5 }, {}, 'cores'],
    ['others that compute', { load: 3 }, {}, 'load'],
    ['round trips over the scheduler', { roundTrips: steady(10, 8e6) }, {}, 'round-trip'],
    ['some of them', { roundTrips: [...steady(90, 300), ...steady(10, 8e6)] }, {}, 'round-trip'],
    ['two modes', { sameWork: pairsOf([...steady(8, 1000), ...steady(4, 1400)]) }, {}, 'noise'],
    [
      'a wide spread',
      { sameWork: pairsOf(Array.from({ length: 12 }, (_, i) => 1000 + 50 * i)) },
      {},
      'noise',
    ],
    ['a slow clock', { clock: { step: 1, reading: 1500 } }, {}, 'clock'],
    ['a governor that saves power', { governor: 'powersave' }, {}, 'frequency'],
  ])('%s', async (_, changed, env, name) => {
    const document = await diagnosed(changed, env);
    expect(check(document, name)).toMatchObject({ status: 'warning', todo: expect.stringMatching(/\w/) });
    expect(document.checks.filter(({ status }) => status !== 'ok').map((one) => one.name)).toEqual([name]);
    expect(engine(document, 'threads')).toMatchObject({
      status: 'warning',
      verdict: `real races; do not trust wall-clock figures: ${name}`,
    });
    expect(engine(document, 'virtual')?.status).toBe('ok');
    expect(exitStatusFor(document)).toBe(0);
  });
});

describe('what is optional and missing: said, with what to do, and exit 0', () => {
  it.each<[string, Partial<HostExamination>, string]>([
    ['koffi', { membarrier: { unavailable: 'koffi cannot be loaded: no such module' } }, 'koffi'],
    ['membarrier', { membarrier: { commands: -38, registersSyncCore: 0 } }, 'membarrier'],
    ['SYNC_CORE', { membarrier: { commands: 0x1f, registersSyncCore: -22 } }, 'sync-core'],
  ])('%s: the native engine has a reason', async (_, changed, name) => {
    const document = await diagnosed(changed);
    expect(check(document, name)).toMatchObject({ status: 'missing', todo: expect.stringMatching(/\w/) });
    expect(engine(document, 'native')?.verdict).toBe(`not available: ${name}`);
    expect(engine(document, 'threads')?.status).toBe('ok');
    expect(exitStatusFor(document)).toBe(0);
  });

  it.each<[string, Partial<HostExamination>]>([
    ['frequency', { governor: undefined }],
    ['interrupts', { showsCallInterrupts: false }],
  ])('%s', async (name, changed) => {
    const document = await diagnosed(changed);
    expect(check(document, name)).toMatchObject({ status: 'missing', todo: expect.stringMatching(/\w/) });
    expect(engine(document, 'threads')?.status).toBe('ok');
    expect(exitStatusFor(document)).toBe(0);
  });
});

it('no workers that share memory: the engine threads cannot run, exit 3', async () => {
  const document = await diagnosed({ roundTrips: { notMeasured: 'SharedArrayBuffer is not defined' } });
  expect(check(document, 'workers')).toMatchObject({
    status: 'missing',
    value: 'SharedArrayBuffer is not defined',
  });
  expect(check(document, 'round-trip')).toBeUndefined();
  expect(engine(document, 'threads')).toMatchObject({ status: 'missing', verdict: 'cannot run: workers' });
  expect(exitStatusFor(document)).toBe(3);
});

it('as text: a line a check, what to do below it, the engines last, in 80 columns', async () => {
  const text = doctorText(await diagnosed({ load: 9 }), plain);
  const lines = text.trimEnd().split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^ok {7}cpu {9}Made Up \(x64\)$/);
  expect(text).toMatch(/^warning {2}load .*\n {9}-> Others compute here/m);
  expect(lines.slice(-4, -2)).toEqual([
    'Engines',
    '  threads  real races; do not trust wall-clock figures: load',
  ]);
});
