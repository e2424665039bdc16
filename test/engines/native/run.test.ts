import { describe, expect, it } from 'vitest';
import { nativeAvailability } from '../../../src/engines/native/availability.js';
import { type HostKernel, openHostKernel } from '../../../src/engines/native/hostKernel.js';
import { MAP_SHARED } from '../../../src/engines/native/mappedCode.js';
import { runNative } from '../../../src/engines/native/run.js';
import type { PartlySeen } from '../../../src/engines/runResult.js';
import { prepareSituation, type Situation } from '../../../src/engines/situation.js';
import type { WatchOptions } from '../../../src/engines/watchdog.js';
import type { TaskSpec } from '../../../src/scenarios/scenario.js';
import { PATIENT, situationOf, workersAlive } from '../threads/situations.js';

const available = await nativeAvailability();
const because = available === true ? '' : ` (skipped: ${available})`;

const MAP_PRIVATE = 2;
const PROT_WRITE = 2;
const JIT: Pick<TaskSpec, 'name' | 'process' | 'on'> = { name: 'jit', process: 'jit', on: 'first' };
const EXECUTOR: Pick<TaskSpec, 'name' | 'process' | 'on'> = { name: 'executor', process: 'jit', on: 'peers' };

async function host(): Promise<HostKernel> {
  const kernel = await openHostKernel();
  if ('unavailable' in kernel) throw new Error(kernel.unavailable);
  return kernel;
}

async function run(
  situation: Situation,
  options: Partial<WatchOptions> = {},
  kernel?: HostKernel,
): Promise<PartlySeen> {
  return runNative(kernel ?? (await host()), situation, { ...PATIENT, ...options });
}

/** Calls of the C library by the name of the function: what a test wants to see, or to do otherwise. */
async function hostWhere(
  seen: (name: string, args: readonly unknown[]) => readonly unknown[],
): Promise<HostKernel> {
  const kernel = await host();
  return {
    ...kernel,
    systemCall: (declaration) => {
      const name = /(\w+)\(/.exec(declaration)![1]!;
      const call = kernel.systemCall(declaration);
      return (...args) => call(...seen(name, args));
    },
  };
}

describe.skipIf(available !== true)(`a run on the host${because}`, () => {
  it('the whole protocol: nothing stale or torn, and it did what it says', async () => {
    const situation = await prepareSituation({ scenario: 'publication', rounds: 200 });
    const { judged, tally, counters, stoppedBy, unseen } = await run(situation);
    expect(stoppedBy).toBe('finished');
    expect(judged.verdict).toBe('safe');
    expect(tally).toMatchObject({ calls: 801, publications: 200, stale: 0, torn: 0 });
    expect(counters).toMatchObject({ calls: 801, patches: 200, syscalls: 202 });
    expect(counters.ipiSent).toBeUndefined();
    expect(unseen).toBe('serializations');
  });

  it('the control: stores that never reach what is executed are seen, as stale', async () => {
    const kernel = await hostWhere((name, [at, length, protection, flags, ...more]) => {
      const isWritable = name === 'mmap' && (Number(protection) & PROT_WRITE) !== 0;
      return [at, length, protection, isWritable ? Number(flags) - MAP_SHARED + MAP_PRIVATE : flags, ...more];
    });
    const { judged, tally } = await run(
      await prepareSituation({ scenario: 'publication', rounds: 20 }),
      {},
      kernel,
    );
    expect(judged.verdict).toBe('stale');
    // The call before the rounds comes before the first promise, or after it.
    expect([80, 81]).toContain(tally.stale);
    expect(tally).toMatchObject({
      torn: 0,
      finding: { judgement: 'stale', cpu: 1, executed: 0, promised: 1 },
    });
  });

  it.each(['across-word', 'across-line'] as const)('half a patch is torn: %s', async (placement) => {
    const situation = await prepareSituation({ scenario: 'torn-patch', rounds: 50, placement });
    const { judged, tally } = await run(situation);
    expect(judged.verdict).toBe('torn');
    expect(tally).toMatchObject({ torn: 50 * 16, stale: 0, calls: 2 * 50 * 16 });
  });

  it.each(['mprotect-again', 'stop-the-world', 'handshake'])('protocol %s runs', async (protocol) => {
    const situation = await prepareSituation({ scenario: 'publication', protocol, rounds: 50 });
    const { stoppedBy, tally } = await run(situation);
    expect([stoppedBy, tally.torn, tally.publications]).toEqual(['finished', 0, 50]);
  });

  it('more tasks than cpus take turns, and a task moves', async () => {
    const situation = await prepareSituation({
      scenario: 'icache-migration',
      arch: 'x86-64',
      rounds: 20,
      cpus: 3,
    });
    const { stoppedBy, tally } = await run(situation);
    expect([stoppedBy, tally.publications]).toEqual(['finished', 20]);
  });

  it('is ended where nobody makes progress, and says who stood where', async () => {
    const done: TaskSpec = { ...JIT, program: [{ op: 'publish', site: 'hot' }] };
    const polls: TaskSpec = {
      ...EXECUTOR,
      program: [
        { op: 'call', site: 'hot', times: 1 },
        { op: 'spin', until: 'never-set', atLeast: 7 },
      ],
    };
    const { stoppedBy, judged, whereabouts } = await run(await situationOf([done, polls]), {
      stallTimeoutMs: 500,
    });
    expect(stoppedBy).toBe('watchdog');
    expect(judged.verdict).toBe('inconclusive');
    expect(whereabouts).toEqual([
      'cpu 0: task jit, has exited',
      "cpu 1: task executor/1, round 1, at spin until 'never-set' (now 0)",
    ]);
  });

  it('is ended where it is interrupted, also while a task sleeps', async () => {
    const ending = new AbortController();
    const waits: TaskSpec = { ...JIT, program: [{ op: 'wait', event: 'never', signals: 1 }] };
    const calls: TaskSpec = { ...EXECUTOR, program: [{ op: 'call', site: 'hot', times: 100_000_000 }] };
    const running = run(await situationOf([waits, calls]), { signal: ending.signal });
    setTimeout(() => ending.abort(), 300);
    const { stoppedBy, tally } = await running;
    expect(stoppedBy).toBe('interrupted');
    expect(tally.calls).toBeLessThan(100_000_000);
  });

  it('takes the code away when nobody can execute it any more', async () => {
    const alive: number[] = [];
    const kernel = await hostWhere((name, args) => {
      if (name === 'munmap') alive.push(workersAlive());
      return args;
    });
    const before = workersAlive();
    await run(await prepareSituation({ scenario: 'running-peer', rounds: 5 }), {}, kernel);
    expect(alive).toEqual([before, before]);
  });

  it('says that the host maps no executable memory', async () => {
    const kernel = await hostWhere((name, args) => (name === 'mmap' ? [0, 0, ...args.slice(2)] : args));
    const situation = await prepareSituation({ scenario: 'running-peer', rounds: 5 });
    await expect(run(situation, {}, kernel)).rejects.toThrow('mmap gives errno 22');
  });
});
