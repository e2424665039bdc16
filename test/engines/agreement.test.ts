/** The engines run the same kernel, so they agree: on the verdict, and on how often a publication serializes.
 *
 *  Differences that are left, and why:
 *  - Interrupts at the beginning. Registering for SYNC_CORE interrupts whoever runs a thread of the process just then,
 *    and the interrupt return may serialize. On real threads that depends on who is up first. It happens once or twice
 *    in a run, whatever the number of rounds: the tolerance below is for that.
 *  - How many calls are stale. A call between the promise and the executor learning of it is stale or not depending
 *    on who is faster. Only the verdict is compared. */
import { afterAll, describe, expect, it } from 'vitest';
import { hazardNames, loadHazard } from '../../src/engines/catalogue.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { runThreads } from '../../src/engines/threads/run.js';
import { ThreadPool } from '../../src/engines/threads/threadPool.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../src/engines/virtual/run.js';
import { PATIENT } from './threads/situations.js';

const ROUNDS = 100;
/** Of serializations per publication. */
const TOLERANCE = 5 / ROUNDS;
const POLICIES = ['none', 'mainline', 'deferred-task-registered'];
/** On x86-64 its icache is coherent, so nothing is missing there. */
const ARCH: Readonly<Record<string, string>> = { 'missing-icache-flush': 'arm64-a00' };

/** One per number of cpus. */
const pools = new Map<number, ThreadPool>();
afterAll(async () => {
  await Promise.all([...pools.values()].map((pool) => pool.close()));
});

function poolOf(cpus: number): ThreadPool {
  const pool = pools.get(cpus) ?? new ThreadPool(cpus);
  pools.set(cpus, pool);
  return pool;
}

const hazards = await Promise.all((await hazardNames()).map(loadHazard));
const judgedByRuns = hazards.filter((hazard) => hazard.judgedBy === undefined).map((hazard) => hazard.name);

async function onBoth(scenario: string, policy: string) {
  const situation = await prepareSituation({
    scenario,
    policy,
    arch: ARCH[scenario] ?? 'x86-64',
    rounds: ROUNDS,
    callsPerRound: 2,
  });
  const threads = await runThreads(poolOf(situation.spec.cpus), situation, PATIENT);
  const virtual = await runVirtual(situation, DEFAULT_VIRTUAL_OPTIONS);
  const [onThreads, inVirtualTime] = [threads, virtual].map((result) => ({
    verdict: result.judged.verdict,
    publications: result.tally.publications,
    syncCorePerPublication: result.counters.syncCore / result.tally.publications,
  }));
  return { onThreads: onThreads!, inVirtualTime: inVirtualTime! };
}

describe('threads and virtual agree', () => {
  it('about enough scenarios', () => {
    expect(judgedByRuns.length).toBeGreaterThanOrEqual(15);
  });

  it.each(judgedByRuns.flatMap((scenario) => POLICIES.map((policy) => [scenario, policy] as const)))(
    '%s under %s',
    async (scenario, policy) => {
      const { onThreads, inVirtualTime } = await onBoth(scenario, policy);
      expect(onThreads.verdict).toBe(inVirtualTime.verdict);
      expect(onThreads.publications).toBe(inVirtualTime.publications);
      expect(onThreads.publications).toBeGreaterThan(0);
      const difference = onThreads.syncCorePerPublication - inVirtualTime.syncCorePerPublication;
      expect(Math.abs(difference)).toBeLessThanOrEqual(TOLERANCE);
    },
    60_000,
  );

  it('the control: they would not agree under different policies', async () => {
    const without = await onBoth('kthread-return', 'none');
    const withIt = await onBoth('kthread-return', 'mainline');
    expect(without.onThreads.verdict).not.toBe(withIt.inVirtualTime.verdict);
    const difference = withIt.inVirtualTime.syncCorePerPublication - without.onThreads.syncCorePerPublication;
    expect(difference).toBeGreaterThan(TOLERANCE);
  });
});
