/** Runs on real threads with the kernel as plain code, which otherwise only long runs have. */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runnableHazardNames } from '../../../src/engines/catalogue.js';
import type { RunResult } from '../../../src/engines/runResult.js';
import { prepareSituation, type Situation, type SituationRequest } from '../../../src/engines/situation.js';
import type { CpuJob, CpuOutcome } from '../../../src/engines/threads/cpuThread.js';
import { kernelTexts } from '../../../src/engines/threads/kernelTexts.js';
import { runThreads, type ThreadsOptions } from '../../../src/engines/threads/run.js';
import { ThreadPool } from '../../../src/engines/threads/threadPool.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../../src/engines/virtual/run.js';
import type { TaskSpec } from '../../../src/scenarios/scenario.js';
import { PATIENT, situationOf } from './situations.js';

/** Counts the cpus that were given plain code. */
class CountingPool extends ThreadPool {
  plain = 0;

  override run(job: CpuJob): Promise<CpuOutcome> {
    if (job.plain) this.plain++;
    return super.run(job);
  }
}

const MANY = availableParallelism() + 2;
const pools = new Map<number, CountingPool>();

beforeAll(async () => {
  // From now on every run of this process takes it.
  await kernelTexts('mainline');
});
afterAll(async () => {
  await Promise.all([...pools.values()].map((pool) => pool.close()));
});

async function run(situation: Situation, options: Partial<ThreadsOptions> = {}): Promise<RunResult> {
  const { cpus } = situation.spec;
  const pool = pools.get(cpus) ?? new CountingPool(cpus);
  pools.set(cpus, pool);
  const before = pool.plain;
  const result = await runThreads(pool, situation, { ...PATIENT, ...options });
  expect(pool.plain - before).toBe(cpus);
  return result;
}

const runScenario = async (request: SituationRequest): Promise<RunResult> =>
  run(await prepareSituation(request));

describe.each(await runnableHazardNames())('%s', (scenario) => {
  it.each(['none', 'mainline'])('under %s: the verdict of virtual time', async (policy) => {
    const situation = await prepareSituation({ scenario, policy, rounds: 30, callsPerRound: 2 });
    const virtual = await runVirtual(situation, DEFAULT_VIRTUAL_OPTIONS);
    const { judged, tally } = await run(situation);
    expect(judged.verdict).toBe(virtual.judged.verdict);
    expect(tally.publications).toBe(virtual.tally.publications);
  });
});

it('a point that is left out is left out: stale', async () => {
  const { judged } = await runScenario({
    scenario: 'kthread-return',
    policy: 'mainline',
    rounds: 50,
    without: ['finish-task-switch-sync'],
  });
  expect(judged.verdict).toBe('stale');
});

it('more cpus than host cores come to their end', async () => {
  const request = { scenario: 'running-peer', protocol: 'sync-core', cpus: MANY, rounds: 20 };
  const result = await runScenario(request);
  expect(result).toMatchObject({ oversubscribed: true, stoppedBy: 'finished' });
  expect(result.judged.verdict).toBe('safe');
});

describe('a run that is ended from outside', () => {
  it.each(['running-peer', 'kthread-return', 'kthread-bounce'])(
    '%s: out of whatever it is in, and the pool is as good as new',
    async (scenario) => {
      const endless = await prepareSituation({ scenario, rounds: 100_000_000 });
      let published = 0;
      // Threads may take long to start: one of them has to come so far that there is something to be interrupted.
      for (let ended = 0; ended < 3 || published === 0; ended++) {
        const interrupt = new AbortController();
        setTimeout(() => interrupt.abort(), 100 * 1.4 ** ended);
        const { stoppedBy, tally } = await run(endless, { signal: interrupt.signal });
        expect(stoppedBy).toBe('interrupted');
        published += tally.publications;
      }
      expect((await runScenario({ scenario, rounds: 20 })).stoppedBy).toBe('finished');
    },
  );

  it('by the watchdog, out of a poll of a kernel thread', async () => {
    const done: TaskSpec = {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [{ op: 'publish', site: 'hot' }],
    };
    const polls: TaskSpec = {
      name: 'kworker',
      process: 'kernel',
      on: 'peers',
      program: [{ op: 'spin', until: 'never-set', atLeast: 1 }],
    };
    const { stoppedBy, whereabouts } = await run(await situationOf([done, polls]), { stallTimeoutMs: 500 });
    expect(stoppedBy).toBe('watchdog');
    expect(whereabouts[1]).toContain("mode kthread, round 1, at spin until 'never-set'");
  });
});
