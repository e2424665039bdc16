/** Typical hardware hides a hazard now and then; it does not cure it, and P-SYNC is not taken in. */
import { afterAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/engines/runResult.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { runThreads } from '../../src/engines/threads/run.js';
import { ThreadPool } from '../../src/engines/threads/threadPool.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../src/engines/virtual/run.js';
import type { Hardware } from '../../src/hw/refresh.js';
import { PATIENT } from './threads/situations.js';

const pool = new ThreadPool(2);
afterAll(() => pool.close());

async function run(engine: 'threads' | 'virtual', policy: string, hardware: Hardware): Promise<RunResult> {
  const situation = await prepareSituation({ scenario: 'kthread-return', policy, rounds: 200 });
  return engine === 'threads'
    ? runThreads(pool, situation, { ...PATIENT, hardware, seed: 5 })
    : runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, hardware, seed: 5 });
}

describe.each(['threads', 'virtual'] as const)('on the engine %s', (engine) => {
  it('the control goes stale, less often than on adversarial hardware; P-SYNC counts every call', async () => {
    const adversarial = await run(engine, 'none', 'adversarial');
    const typical = await run(engine, 'none', 'typical');
    expect(typical.judged.verdict).toBe('stale');
    expect(typical.tally.stale).toBeGreaterThan(0);
    expect(typical.tally.stale).toBeLessThan(adversarial.tally.stale);
    expect(typical.tally.unserialized).toBe(adversarial.tally.unserialized);
    expect(typical.tally.unserialized).toBeGreaterThan(0);
  });

  it('a right policy stays right, by both properties', async () => {
    const { judged, tally } = await run(engine, 'mainline', 'typical');
    expect(judged.verdict).toBe('safe');
    expect(tally).toMatchObject({ stale: 0, torn: 0, unserialized: 0 });
    expect(tally.publications).toBe(200);
  });
});

it('a dropped icache line lets new code in without an invalidate, sometimes', async () => {
  const situation = await prepareSituation({
    scenario: 'missing-icache-flush',
    arch: 'arm64-a00',
    rounds: 200,
  });
  const stale = async (hardware: Hardware): Promise<number> =>
    (await runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, hardware, seed: 5 })).tally.stale;
  const adversarial = await stale('adversarial');
  const typical = await stale('typical');
  expect(typical).toBeGreaterThan(0);
  expect(typical).toBeLessThan(adversarial);
});
