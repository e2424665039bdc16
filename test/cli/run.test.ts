import { describe, expect, it } from 'vitest';
import { COLUMNS, coresync, linesOf, runJson } from './commandLine.js';

/** What the policies have to stand; other things show in fewer. */
const ENOUGH = 1000;
const FEW = 200;
const FEW_ROUNDS = ['--rounds', String(FEW)];

describe('kthread-return: the seed', () => {
  it('policy none: stale, exit 1, with evidence', async () => {
    const { status, document } = await runJson('kthread-return', '--policy', 'none', '--seed', '7');
    expect(status).toBe(1);
    expect(document).toMatchObject({
      scenario: 'kthread-return',
      engine: 'threads',
      arch: 'x86-64',
      policy: 'none',
      protocol: 'sync-core',
      cpus: 2,
      seed: 7,
      memory: 'sc',
      without: [],
      verdict: 'stale',
      basis: 'observed',
      stoppedBy: 'finished',
      whereabouts: [],
    });
    expect(document.stale).toBeGreaterThan(0);
    const { evidence, finding } = document;
    expect(finding).toMatchObject({ judgement: 'stale', cpu: 1, site: 'hot' });
    expect(finding!.executed).toBeLessThan(finding!.promised);
    expect(evidence).toMatchObject({ cpu: 1, firstDifference: 'decoded' });
    expect(evidence!.decoded.version).toBe(finding!.executed);
    expect(evidence!.memory.version).toBeGreaterThanOrEqual(finding!.promised);
    expect(evidence!.decoded.site).not.toBe(evidence!.memory.site);
    expect(evidence!.decoded.disassembly).toContain(`i32.const ${finding!.value}`);
    expect(evidence!.memory.disassembly).not.toContain(`i32.const ${finding!.value}`);
  });

  it('a seed by which nothing is drawn: says so', async () => {
    const seeded = async (...args: string[]): Promise<string> =>
      (await coresync('run', 'kthread-return', '--seed', '7', '--rounds', '5', ...args)).stdout;
    expect(await seeded()).toMatch(/^ {2}Nothing is drawn by the seed 7 here/m);
    expect(await seeded('--engine', 'virtual')).not.toMatch(/Nothing is drawn/);
    expect(await seeded('--hardware', 'typical')).not.toMatch(/Nothing is drawn/);
  });

  it('what was seen is printed although its trace cannot be written: exit 4', async () => {
    const trace = ['--engine', 'virtual', '--rounds', '5', '--trace', '/dev/full'];
    const { status, stdout, stderr } = await coresync('run', 'kthread-return', ...trace);
    expect(status).toBe(4);
    expect(stderr).toMatch(/cannot write \/dev\/full/);
    expect(stdout).toMatch(/^verdict: safe/m);
  });

  it('policy none as text: side by side, 80 columns, the verdict last', async () => {
    const { status, stdout, stderr } = await coresync(
      ...['run', 'kthread-return', '--policy', 'none'],
      ...FEW_ROUNDS,
    );
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const lines = linesOf(stdout);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    expect(lines.at(-1)).toMatch(/^verdict: stale \(observed\) — \d+ of \d+ calls ran a replaced version$/);
    expect(stdout).toMatch(/cpu 1 executes +\| memory holds/);
    expect(stdout).toMatch(/i32\.const -?\d+\) +\| +i32\.const -?\d+\)/);
    expect(stdout).toMatch(/^ {2}decoded +[0-9a-f]{2}( [0-9a-f]{2}){4} +version \d+ +<- differs first$/m);
    expect(stdout).toMatch(/Try next\n {2}coresync run kthread-return --rounds \d+\n/);
  });

  it.each(['always', 'registered', 'deferred-task-registered'])('policy %s: safe, exit 0', async (policy) => {
    const { status, document } = await runJson('kthread-return', '--policy', policy);
    expect(status).toBe(0);
    expect(document).toMatchObject({ policy, verdict: 'safe', stale: 0, torn: 0, faults: [] });
    expect(document.publications).toBeGreaterThanOrEqual(ENOUGH);
    expect(document.calls).toBeGreaterThanOrEqual(ENOUGH);
    expect(document.counters.lazyReturns).toBeGreaterThanOrEqual(ENOUGH);
    expect(document.reason).toContain(`not observed in ${document.publications} publications`);
  });

  it('--without the point that the policy rests on: stale again', async () => {
    const { status, document } = await runJson(
      ...['kthread-return', '--without', 'finish-task-switch-sync'],
      ...FEW_ROUNDS,
    );
    expect(status).toBe(1);
    expect(document).toMatchObject({ without: ['finish-task-switch-sync'], verdict: 'stale' });
  });
});

describe('who executes sync_core', () => {
  it('unregistered-neighbour: always for both processes, registered for the registered one', async () => {
    const always = (await runJson('unregistered-neighbour', '--policy', 'always', ...FEW_ROUNDS)).document;
    const registered = (await runJson('unregistered-neighbour', '--policy', 'registered', ...FEW_ROUNDS))
      .document;
    expect(always.syncCoreByProcess.jit).toBeGreaterThanOrEqual(FEW);
    expect(always.syncCoreByProcess.neighbour).toBeGreaterThanOrEqual(FEW);
    expect(registered.syncCoreByProcess.jit).toBeGreaterThanOrEqual(FEW);
    expect(registered.syncCoreByProcess.neighbour).toBe(0);
    expect([always.verdict, registered.verdict]).toEqual(['safe', 'safe']);
  });

  it.each(['deferred-task-registered', 'deferred-cpu', 'force-iret'])(
    'kthread-bounce, %s: nothing is put off where every return to user mode serializes',
    async (policy) => {
      const counted = async (arch: string): Promise<number[]> => {
        const { document } = await runJson(
          'kthread-bounce',
          '--policy',
          policy,
          '--arch',
          arch,
          ...FEW_ROUNDS,
        );
        expect(document.verdict).toBe('safe');
        return [document.counters.syncCoreDeferred!, document.counters.syncCoreHonoured!];
      };
      expect(await counted('x86-64-pti')).toEqual([0, 0]);
      expect(Math.min(...(await counted('x86-64')))).toBeGreaterThan(0);
    },
  );

  it('kthread-bounce: the deferred flag executes fewer where a thread sleeps again before user mode', async () => {
    const { document: atOnce } = await runJson('kthread-bounce', '--policy', 'registered', ...FEW_ROUNDS);
    const { document: deferred } = await runJson(
      'kthread-bounce',
      '--policy',
      'deferred-task-registered',
      ...FEW_ROUNDS,
    );
    expect([atOnce.verdict, deferred.verdict]).toEqual(['safe', 'safe']);
    expect(deferred.counters.syncCoreHonoured).toBeGreaterThanOrEqual(FEW);
    expect(deferred.counters.syncCoreDeferred).toBeGreaterThan(deferred.counters.syncCoreHonoured!);
    expect(deferred.serializations['exit-to-user-sync']).toBeLessThan(
      atOnce.serializations['finish-task-switch-sync']!,
    );
    expect(deferred.counters.syncCore).toBeLessThan(atOnce.counters.syncCore!);
  });
});

describe('missing-icache-flush: flush and core serialization are two things', () => {
  it.each([
    ['arm64-a00', 'sync-core-without-invalidate', 'stale', 1],
    ['arm64-a11', 'sync-core-without-invalidate', 'safe', 0],
    ['arm64-a00', 'sync-core', 'safe', 0],
    ['arm64-a11', 'sync-core', 'safe', 0],
  ])('%s with %s: %s', async (arch, protocol, verdict, exit) => {
    const { status, document } = await runJson(
      'missing-icache-flush',
      '--arch',
      arch,
      '--protocol',
      protocol,
    );
    expect(status).toBe(exit);
    expect(document.verdict).toBe(verdict);
    expect(document.publications).toBeGreaterThanOrEqual(FEW);
    if (verdict === 'stale') expect(document.evidence?.firstDifference).toBe('icache');
  });
});

describe('torn-patch', () => {
  it('across a word: torn or fault, exit 1, the bytes of two versions', async () => {
    const { status, document } = await runJson('torn-patch', '--placement', 'across-word', ...FEW_ROUNDS);
    expect(status).toBe(1);
    expect(document.verdict).toMatch(/^(torn|fault)$/);
    expect(document.evidence?.decoded.version).toBeNull();
  });

  it('inside a word: only old or new', async () => {
    const { status, document } = await runJson('torn-patch', '--placement', 'within-word', ...FEW_ROUNDS);
    expect(status).toBe(0);
    expect(document).toMatchObject({ verdict: 'safe', torn: 0, faults: [] });
    expect(document.publications).toBeGreaterThanOrEqual(FEW);
  });
});

describe('a run that cannot be judged: exit 3', () => {
  it('no rounds: inconclusive, because nothing was published', async () => {
    const { status, document } = await runJson('kthread-return', '--rounds', '0');
    expect(status).toBe(3);
    expect(document).toMatchObject({
      rounds: 0,
      publications: 0,
      verdict: 'inconclusive',
      reason: 'nothing was published',
    });
  });

  it('cpus that get no host thread in time: the reason on stderr', async () => {
    const { status, stdout, stderr } = await coresync('run', 'kthread-return', '--start-timeout', '1');
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^error: not every one of the 2 cpus had a host thread within 1 ms\n {2}Use fewer/,
    );
  });

  it('the time limit: inconclusive, and says where each cpu stood', async () => {
    const { status, stdout } = await coresync(
      ...['run', 'kthread-return', '--rounds', '100000000', '--time-limit', '1'],
    );
    expect(status).toBe(3);
    expect(stdout).toContain('ended by: time-limit');
    expect(stdout).toMatch(/Where each cpu stood\n {2}cpu 0: .*\n(.*\n)* {2}cpu 1: /);
    expect(linesOf(stdout).at(-1)).toBe(
      'verdict: inconclusive (observed) — the run was ended by: time-limit',
    );
  });
});

describe('engine virtual', () => {
  const VIRTUAL = ['--engine', 'virtual', ...FEW_ROUNDS];

  it('the seed: stale under none, safe under mainline, cycles instead of a clock, P-SYNC', async () => {
    const none = await runJson('kthread-return', ...VIRTUAL, '--policy', 'none', '--seed', '3');
    const mainline = await runJson('kthread-return', ...VIRTUAL, '--policy', 'mainline', '--seed', '3');
    expect([none.status, mainline.status]).toEqual([1, 0]);
    expect(none.document).toMatchObject({ engine: 'virtual', seed: 3, verdict: 'stale', kernel: '6.x' });
    expect(none.document.unserialized).toBe(none.document.stale);
    expect(mainline.document).toMatchObject({ verdict: 'safe', unserialized: 0, oversubscribed: false });
    for (const { document } of [none, mainline]) {
      expect(document.cycles).toBeGreaterThan(0);
      expect(document.elapsedMs).toBeUndefined();
    }
  });

  it('as text: 80 columns, seed, kernel and cycles', async () => {
    const { status, stdout } = await coresync('run', 'kthread-return', ...VIRTUAL, '--kernel', '5.4');
    expect(status).toBe(0);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    expect(stdout).toMatch(/engine virtual, seed 0, .* kernel 5\.4/);
    expect(stdout).toMatch(/ \d+ cycles/);
    expect(stdout).toContain('P-SYNC: 0 of ');
  });

  it('the time limit: inconclusive, exit 3', async () => {
    const { status, document } = await runJson(
      ...['kthread-return', '--engine', 'virtual', '--rounds', '100000000', '--time-limit', '1'],
    );
    expect(status).toBe(3);
    expect(document).toMatchObject({ verdict: 'inconclusive', stoppedBy: 'time-limit' });
    expect(document.whereabouts).toHaveLength(2);
  });
});

describe('kernel presets', () => {
  it('the same policy on two kernels: 5.4 is stale where 5.10 is not', async () => {
    const on = async (kernel: string) =>
      (await runJson('interrupt-reschedules', ...FEW_ROUNDS, '--policy', 'mainline', '--kernel', kernel))
        .document;
    expect(await on('5.4')).toMatchObject({ kernel: '5.4', verdict: 'stale' });
    expect(await on('5.10')).toMatchObject({ kernel: '5.10', verdict: 'safe' });
  });
});

describe('what cannot be judged here: unsupported, exit 3, and why', () => {
  it.each(['threads', 'virtual'])('on %s', async (engine) => {
    const { status, document } = await runJson('kthread-return', '--engine', engine, '--arch', 'loongarch64');
    expect(status).toBe(3);
    expect(document).toMatchObject({ engine, verdict: 'unsupported', publications: 0 });
    expect(document.reason).toBe('loongarch64 has no membarrier SYNC_CORE, which protocol sync-core calls');
  });

  it('a protocol that is about loads out of order is for exploring: unsupported', async () => {
    const args = ['publication', '--protocol', 'isb-without-dependency', '--arch', 'arm64-a11'];
    const { status, document } = await runJson(...args);
    expect({ status, verdict: document.verdict }).toEqual({ status: 3, verdict: 'unsupported' });
    expect(document.reason).toMatch(/memory model rmo, and a run has sc; use coresync explore --memory rmo/);
  });

  it('-p chooses a parameter of the scenario, and is part of what is proposed next', async () => {
    const { status, stdout } = await coresync(
      'run',
      'jump-label-no-kick',
      '-p',
      'kick=1',
      '--engine',
      'virtual',
    );
    expect(stdout).toContain('kick 1');
    expect(stdout).toContain('-p kick=1');
    expect(status).toBe(0);
    const without = await coresync('run', 'jump-label-no-kick', '--engine', 'virtual');
    expect(without.status).toBe(1);
  });
});
