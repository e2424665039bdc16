import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import type { RunResult } from '../../../src/engines/runResult.js';
import { prepareSituation, type Situation } from '../../../src/engines/situation.js';
import { runThreads, type ThreadsOptions } from '../../../src/engines/threads/run.js';
import { ThreadPool } from '../../../src/engines/threads/threadPool.js';
import { allocateMemory, declareMachine } from '../../../src/kernel/boot.js';
import { SharedOrder } from '../../../src/oracle/eventOrder.js';
import type { TaskSpec } from '../../../src/scenarios/scenario.js';
import { PATIENT, situationOf, withInstruction, withPool, workersAlive } from './situations.js';

const JIT: Pick<TaskSpec, 'name' | 'process' | 'on'> = { name: 'jit', process: 'jit', on: 'first' };
const EXECUTOR: Pick<TaskSpec, 'name' | 'process' | 'on'> = {
  name: 'executor',
  process: 'jit',
  on: 'peers',
};

const PUBLISHES: TaskSpec = {
  ...JIT,
  program: [
    { op: 'membarrier', command: 'register-sync-core' },
    { op: 'spin', until: 'called', atLeast: 1 },
    { op: 'publish', site: 'hot' },
    { op: 'set', variable: 'published', to: 1 },
  ],
};
const CALLS_AGAIN: TaskSpec = {
  ...EXECUTOR,
  program: [
    { op: 'call', site: 'hot', times: 1 },
    { op: 'add', variable: 'called', amount: 1 },
    { op: 'spin', until: 'published', atLeast: 1 },
    { op: 'call', site: 'hot', times: 100 },
  ],
};
/** loop (result i32) br 0 end: valid, and there is no way out of it. */
const ENDLESS_LOOP = [0x03, 0x7f, 0x0c, 0x00, 0x0b, 0x01];

function run(situation: Situation, options: Partial<ThreadsOptions> = {}): Promise<RunResult> {
  return withPool(situation.spec.cpus, (pool) => runThreads(pool, situation, { ...PATIENT, ...options }));
}

describe('a run to its end', () => {
  it('with the whole protocol: safe, and it did what it says', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN], { protocol: 'sync-core' });
    const result = await run(situation);
    expect(result.judged.verdict).toBe('safe');
    expect(result).toMatchObject({
      stoppedBy: 'finished',
      whereabouts: [],
      evidence: undefined,
      tally: { calls: 101, publications: 1, stale: 0, torn: 0 },
      counters: { calls: 101, patches: 1 },
    });
    expect(result.counters.ipiSent).toBeGreaterThan(0);
  });

  it('without a barrier: stale, with the cpu, the versions and the bytes', async () => {
    /* Without the registration too, which interrupts the other cpu and by that serializes it. */
    const unregistered = { ...PUBLISHES, program: PUBLISHES.program.slice(1) };
    const situation = await situationOf([unregistered, CALLS_AGAIN], { protocol: 'flush-only' });
    const { judged, tally, evidence } = await run(situation);
    expect(judged.verdict).toBe('stale');
    expect(tally).toMatchObject({
      calls: 101,
      stale: 100,
      finding: { judgement: 'stale', cpu: 1, unit: 0, executed: 0, promised: 1 },
    });
    expect(evidence!.decoded).not.toEqual(evidence!.memory);
    expect(evidence!.icache).toEqual(evidence!.memory);
  });

  it('in which nothing is published: inconclusive', async () => {
    const idle: TaskSpec = { ...JIT, program: [{ op: 'set', variable: 'x', to: 1 }] };
    const calls: TaskSpec = { ...EXECUTOR, program: [{ op: 'call', site: 'hot', times: 5 }] };
    const result = await run(await situationOf([idle, calls]));
    expect(result).toMatchObject({ stoppedBy: 'finished', judged: { verdict: 'inconclusive' } });
    expect(result.tally.calls).toBe(5);
  });

  it('is repeated on the same pool, one after the other', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN], { protocol: 'sync-core' });
    const verdicts = await withPool(2, async (pool) => {
      const one = await runThreads(pool, situation, PATIENT);
      const other = await runThreads(pool, situation, PATIENT);
      return [one, other].map((result) => result.judged.verdict);
    });
    expect(verdicts).toEqual(['safe', 'safe']);
  });
});

describe('the watchdog', () => {
  it('ends a run in which a task polls for what never comes, and says who stood where', async () => {
    const done: TaskSpec = {
      ...JIT,
      program: [
        { op: 'publish', site: 'hot' },
        { op: 'set', variable: 'published', to: 1 },
      ],
    };
    const polls: TaskSpec = {
      ...EXECUTOR,
      program: [
        { op: 'spin', until: 'published', atLeast: 1 },
        { op: 'call', site: 'hot', times: 1 },
        { op: 'spin', until: 'never-set', atLeast: 7 },
      ],
    };
    const { judged, stoppedBy, whereabouts } = await run(await situationOf([done, polls]), {
      stallTimeoutMs: 1000,
    });
    expect(stoppedBy).toBe('watchdog');
    expect(judged.verdict).toBe('inconclusive');
    expect(judged.reason).toContain('watchdog');
    expect(whereabouts).toEqual([
      'cpu 0: idle',
      "cpu 1: task executor/1, mode user, round 1, at spin until 'never-set' (now 0)",
    ]);
  });

  it('sees a kernel thread that polls as well', async () => {
    const done: TaskSpec = { ...JIT, program: [{ op: 'publish', site: 'hot' }] };
    const polls: TaskSpec = {
      name: 'kworker',
      process: 'kernel',
      on: 'peers',
      program: [{ op: 'spin', until: 'never-set', atLeast: 1 }],
    };
    const { stoppedBy, whereabouts } = await run(await situationOf([done, polls]), { stallTimeoutMs: 1000 });
    expect(stoppedBy).toBe('watchdog');
    expect(whereabouts[1]).toBe(
      "cpu 1: task kworker/1, mode kthread, round 1, at spin until 'never-set' (now 0)",
    );
  });

  it('ends the thread of a cpu that is stuck in user code; the pool gets new ones', async () => {
    const done: TaskSpec = { ...JIT, program: [{ op: 'publish', site: 'hot' }] };
    const calls: TaskSpec = { ...EXECUTOR, program: [{ op: 'call', site: 'hot', times: 1 }] };
    const situation = withInstruction(await situationOf([done, calls]), ENDLESS_LOOP);
    /* The patch goes elsewhere, so that the loop stays whole. */
    const [unit] = situation.spec.units;
    const spec = { ...situation.spec, units: [{ ...unit!, siteOffset: unit!.length - 8 }] };
    await withPool(2, async (pool) => {
      const options = { ...PATIENT, stallTimeoutMs: 1000 };
      const { stoppedBy, judged, whereabouts } = await runThreads(pool, { ...situation, spec }, options);
      expect(stoppedBy).toBe('watchdog');
      expect(judged.verdict).toBe('inconclusive');
      expect(whereabouts[1]).toBe('cpu 1: task executor/1, mode user, round 1, at call');
      const next = await situationOf([PUBLISHES, CALLS_AGAIN], { protocol: 'sync-core' });
      expect((await runThreads(pool, next, PATIENT)).judged.verdict).toBe('safe');
    });
    expect(workersAlive()).toBe(0);
  });

  it('a run that goes on and on is ended by the time limit, which is no stall', async () => {
    const situation = await prepareSituation({ scenario: 'running-peer', rounds: 100_000_000 });
    const { stoppedBy, tally, whereabouts } = await run(situation, { timeLimitMs: 1500 });
    expect(stoppedBy).toBe('time-limit');
    expect(tally.publications).toBeGreaterThan(0);
    expect(whereabouts).toHaveLength(2);
  });
});

describe('a fault', () => {
  it('patched bytes that do not validate end the run; the pool and the program go on', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN], { protocol: 'sync-core' });
    /* One byte too early: the patch hits the opcode. */
    const [unit] = situation.spec.units;
    const spec = { ...situation.spec, units: [{ ...unit!, siteOffset: unit!.siteOffset - 1 }] };
    await withPool(2, async (pool) => {
      const { judged, stoppedBy, tally, evidence } = await runThreads(pool, { ...situation, spec }, PATIENT);
      expect(judged.verdict).toBe('fault');
      expect(stoppedBy).toBe('fault');
      expect(tally.faults).toMatchObject([{ cpu: 1, unit: 0 }]);
      expect(tally.faults[0]!.message).toMatch(/opcode/i);
      expect(evidence!.memory).not.toEqual(situation.images[0]!.bytes);
      expect(evidence!.decoded).toEqual(evidence!.memory);
      expect((await runThreads(pool, situation, PATIENT)).judged.verdict).toBe('safe');
    });
  });

  it('code that traps is one too', async () => {
    const unreachable = [0x00, 0x01, 0x01, 0x01, 0x01, 0x01];
    const situation = withInstruction(await situationOf([PUBLISHES, CALLS_AGAIN]), unreachable);
    const { judged, tally } = await run(situation);
    expect(judged.verdict).toBe('fault');
    expect(tally.faults[0]!.message).toMatch(/unreachable/);
  });
});

describe('an interruption', () => {
  it('ends a run that would take hours', async () => {
    const situation = await prepareSituation({ scenario: 'kthread-return', rounds: 100_000_000 });
    const interrupt = new AbortController();
    const { stoppedBy, judged } = await withPool(2, async (pool) => {
      const running = runThreads(pool, situation, { ...PATIENT, signal: interrupt.signal });
      setTimeout(() => interrupt.abort(), 300);
      return running;
    });
    expect(stoppedBy).toBe('interrupted');
    expect(judged).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('interrupted') });
  });

  it('before the start: the run is interrupted, and nothing ran', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN]);
    const { stoppedBy, tally } = await run(situation, { signal: AbortSignal.abort() });
    expect(stoppedBy).toBe('interrupted');
    expect(tally).toMatchObject({ calls: 0, publications: 0 });
  });
});

describe('the start', () => {
  it('times out where a cpu gets no thread: it could not be judged; the pool is usable afterwards', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN], { protocol: 'sync-core' });
    await withPool(2, async (pool) => {
      const occupied = pool.run({
        cpu: 0,
        spec: situation.spec,
        memory: allocateMemory(declareMachine(situation.spec).byteLength),
        runLoop: await loadRunLoop(),
        policy: situation.policy.name,
        hostCore: 'own',
        order: SharedOrder.allocate(10, 10),
        hardware: 'adversarial',
        seed: 0,
        startTimeoutMs: 1000,
      });
      await expect(runThreads(pool, situation, { ...PATIENT, startTimeoutMs: 100 })).rejects.toMatchObject({
        name: 'LabError',
        code: 'E_START_TIMEOUT',
        exit: 3,
        message: expect.stringContaining('2 cpus'),
      });
      expect((await occupied).started).toBe(false);
      expect((await runThreads(pool, situation, PATIENT)).judged.verdict).toBe('safe');
    });
  });

  it('a pool with fewer threads than cpus is refused, rather than waited for', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN], { cpus: 3 });
    await expect(withPool(2, (pool) => runThreads(pool, situation, PATIENT))).rejects.toThrow('3 cpus');
  });
});

describe('more cpus than host cores', () => {
  it('come to the same verdicts, and are marked', async () => {
    const cpus = availableParallelism() + 2;
    const situation = await prepareSituation({
      scenario: 'running-peer',
      protocol: 'sync-core',
      cpus,
      rounds: 20,
    });
    const result = await run(situation);
    expect(result).toMatchObject({ oversubscribed: true, stoppedBy: 'finished' });
    expect(result.judged.verdict).toBe('safe');
    expect(result.tally.publications).toBe(20);
  });

  it.skipIf(availableParallelism() < 2)('as many as there are: not marked', async () => {
    const result = await run(await situationOf([PUBLISHES, CALLS_AGAIN], { cpus: 2 }));
    expect(result.oversubscribed).toBe(false);
  });
});

describe('the threads', () => {
  it('are all there from the start, and none is left after close()', async () => {
    const situation = await situationOf([PUBLISHES, CALLS_AGAIN]);
    await withPool(2, async (pool) => {
      await runThreads(pool, situation, PATIENT);
      expect(workersAlive()).toBe(2);
    });
    expect(workersAlive()).toBe(0);
  });

  it('closed twice, the second time before the first is done: none is left either', async () => {
    const pool = new ThreadPool(2);
    await Promise.all([pool.close(), pool.close()]);
    /* Replacements would be started after the old ones are gone. */
    await sleep(300);
    expect(workersAlive()).toBe(0);
  });
});
