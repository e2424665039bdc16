import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/engines/runResult.js';
import { prepareSituation, type SituationRequest } from '../../src/engines/situation.js';
import { kernelTexts } from '../../src/engines/threads/kernelTexts.js';
import { runThreads } from '../../src/engines/threads/run.js';
import { ThreadPool } from '../../src/engines/threads/threadPool.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../src/engines/virtual/run.js';
import { packageFile } from '../../src/jit/packageFile.js';
import { functionOf, GOOD_BINARY, MARK } from '../jit/ownCodeCorpus.js';
import { PATIENT } from './threads/situations.js';

const SAMPLES = ['inline-cache', 'static-key', 'tiered-kernel', 'bytecode-interpreter'];

const directory = mkdtempSync(join(tmpdir(), 'coresync-'));
let pool: ThreadPool;
beforeAll(() => {
  pool = new ThreadPool(2);
});
afterAll(async () => {
  await pool.close();
  rmSync(directory, { recursive: true });
});

function written(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const ENGINES = [
  {
    engine: 'virtual',
    run: async (request: SituationRequest): Promise<RunResult> =>
      runVirtual(await prepareSituation(request), DEFAULT_VIRTUAL_OPTIONS),
  },
  {
    engine: 'threads',
    run: async (request: SituationRequest): Promise<RunResult> =>
      runThreads(pool, await prepareSituation(request), PATIENT),
  },
] as const;

/* On threads an interrupt that comes in the middle of a function serializes, and whether one does is a matter of time. */
it.each(SAMPLES)('wasm/%s.wat: in virtual time more than one call of a round is stale', async (sample) => {
  const scenario = packageFile(`wasm/${sample}.wat`).pathname;
  const { tally } = await ENGINES[0].run({ scenario, policy: 'none', rounds: 20 });
  expect(tally.stale).toBeGreaterThan(20);
});

describe.each(ENGINES)('a function of your own on $engine', ({ run }) => {
  it.each(SAMPLES)('wasm/%s.wat: stale where nothing serializes, safe under mainline', async (sample) => {
    const scenario = packageFile(`wasm/${sample}.wat`).pathname;
    const stale = await run({ scenario, policy: 'none', rounds: 20 });
    expect(stale.judged.verdict).toBe('stale');
    const safe = await run({ scenario, policy: 'mainline', rounds: 20 });
    expect(safe.judged.verdict).toBe('safe');
    expect(safe.tally.publications % 40).toBe(0);
    expect(safe.tally.calls).toBeGreaterThan(80);
  });

  it('a binary with a metadata section runs too', async () => {
    const { judged, tally } = await run({ scenario: written('good.wasm', GOOD_BINARY), rounds: 5 });
    expect(judged.verdict).toBe('safe');
    expect(tally).toMatchObject({ calls: 24, publications: 10 });
  });

  it.each([
    ['never returns', '(loop $a (br $a))', '', 'did not return within 1073741824 instructions'],
    ['calls itself for ever', 'call $again', '(func $again call $again)', 'overflowed the stack'],
    ['traps', 'unreachable', '', 'trapped: unreachable'],
    [
      'is torn out of its memory',
      '(drop (i32.load (i32.const 65536)))',
      '(memory 1)',
      'trapped: memory access',
    ],
  ])('one that %s ends with that fault; what ran before is kept', async (title, body, fields, message) => {
    const text = functionOf(`${MARK} i32.const 0 drop ${body}`, fields);
    const result = await run({ scenario: written(`${title.replaceAll(' ', '-')}.wat`, text) });
    expect(result.judged.verdict).toBe('fault');
    expect(result.judged.reason).toContain(message);
    expect(result.stoppedBy).toBe('fault');
    expect(result.tally.calls).toBe(1);
  });

  it('a memory that grows for ever stops growing at the bound', async () => {
    const grows =
      '(loop $a (br_if $a (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (if (i32.ne (memory.size) (i32.const 256)) (then unreachable))';
    const scenario = written('bomb.wat', functionOf(`${MARK} i32.const 0 drop ${grows}`, '(memory 1)'));
    expect((await run({ scenario, rounds: 5 })).judged.verdict).toBe('safe');
  });

  it('a version selects what runs: a target that no table has is a fault at its version', async () => {
    const body = '(@metadata.code.patch "target") i32.const 0 call_indirect (type $t)';
    const fields = '(type $t (func)) (table 2 funcref) (elem (i32.const 0) $a $b) (func $a) (func $b)';
    const result = await run({ scenario: written('target.wat', functionOf(body, fields)) });
    expect(result.judged.reason).toContain('trapped: table index is out of bounds');
    expect(result.tally.publications).toBeGreaterThanOrEqual(1);
  });
});

describe('an interrupt in the middle of a function', () => {
  /** Returns when its patch point is another version than at first. */
  const CHANGES = functionOf(`(local $now i32) (local $before i32)
    (local.set $before (i32.const -1))
    (block $changed
      (loop $again
        (local.set $now ${MARK} (i32.const 0))
        (br_if $changed
          (i32.and (i32.ge_s (local.get $before) (i32.const 0)) (i32.ne (local.get $now) (local.get $before))))
        (local.set $before (local.get $now))
        (br $again)))`);

  /** One call, and publications from before it until long after, far enough apart for the call to begin between them. */
  const scenarioFile = (): string => {
    written('changes.wat', CHANGES);
    const jit = { name: 'jit', process: 'jit', on: 'first' };
    const executor = { name: 'executor', process: 'jit', on: 'second' };
    const file = {
      title: 'publications while a function runs',
      processes: ['jit'],
      sites: [{ name: 'key', code: 'changes.wat' }, { name: 'pause' }],
      tasks: [
        {
          ...jit,
          program: [
            { op: 'membarrier', command: 'register-sync-core' },
            { op: 'spin', until: 'calling', atLeast: 1 },
            {
              op: 'rounds',
              body: [
                { op: 'publish', site: 'key' },
                { op: 'call', site: 'pause', times: 100_000 },
              ],
            },
          ],
        },
        {
          ...executor,
          program: [
            { op: 'add', variable: 'calling', amount: 1 },
            { op: 'call', site: 'key', times: 1 },
          ],
        },
      ],
      defaults: { rounds: 300 },
    };
    return written('changes.json', JSON.stringify(file));
  };

  it.each(['generators', 'plain code'])(
    'threads, kernel as %s: is taken there, and what comes after it is fetched anew',
    async (kernel) => {
      // Once it was made, every run takes it.
      if (kernel === 'plain code') await kernelTexts('mainline');
      const { judged, counters } = await ENGINES[1].run({ scenario: scenarioFile() });
      expect(judged.verdict).toBe('safe');
      expect(counters.interrupts).toBeGreaterThan(0);
    },
  );

  it('virtual: waits until the call is over, which this one never is', async () => {
    const { judged } = await ENGINES[0].run({ scenario: scenarioFile() });
    expect(judged.reason).toContain('did not return');
  });
});

describe('in a scenario file', () => {
  const file = (site: object): object => ({
    title: 'two sites in one function',
    processes: ['jit'],
    sites: [{ name: 'key', code: 'two.wat', ...site }, { name: 'plain' }],
    tasks: [
      {
        name: 'jit',
        process: 'jit',
        on: 'first',
        program: [
          { op: 'call', site: 'key', times: 3 },
          { op: 'publish', site: 'plain' },
          { op: 'call', site: 'plain', times: 2 },
        ],
      },
    ],
    defaults: { protocol: 'flush-only' },
  });
  const twoPoints = functionOf(`${MARK} i32.const 0 drop (@metadata.code.patch "other") i32.const 5 drop`);

  it('a call of the site calls the function; points that are no site stay as they were', async () => {
    written('two.wat', twoPoints);
    const scenario = written('two.json', JSON.stringify(file({})));
    const situation = await prepareSituation({ scenario });
    const { judged, tally } = await runVirtual(situation, DEFAULT_VIRTUAL_OPTIONS);
    expect(judged.verdict).toBe('safe');
    expect(tally.calls).toBe(5);
  });

  it.each([
    [{ patch: 'kye' }, "unknown patch point of two.wat 'kye'"],
    [{ export: 'rnu' }, "unknown exported function without parameters of two.wat 'rnu'"],
    [{ code: 'gone.wat' }, 'gone.wat: ENOENT'],
    [{ code: 'two.txt' }, 'expected a path that ends in .wat or .wasm'],
  ])('%j is refused', async (site, message) => {
    written('two.wat', twoPoints);
    const scenario = written('bad.json', JSON.stringify(file(site)));
    await expect(prepareSituation({ scenario })).rejects.toThrow(message);
  });
});
