/** Kernels that say no, or lie: what a JIT's publication comes to, against what the recorded answers lead to. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadOverlay, overlayNames, reactionNames } from '../../src/engines/catalogue.js';
import { exhaustiveJudge } from '../../src/engines/exhaustiveJudge.js';
import { type MatrixRow, virtualJudge } from '../../src/engines/matrix.js';
import { type OverlayMatrixRequest, overlayRows } from '../../src/engines/overlayMatrix.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { Machine } from '../../src/engines/virtual/machine.js';
import type { MemoryModel } from '../../src/hw/memoryModel.js';
import { EINVAL, ENOSYS, EPERM } from '../../src/kernel/errno.js';
import { LATEST_KERNEL } from '../../src/kernel/kernelPresets.js';
import {
  CMD_GLOBAL,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../src/kernel/membarrierCommands.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const judgeWith = (memory: MemoryModel) => exhaustiveJudge({ memory, clock: () => 0 }, virtualJudge([1]));

async function collect(request: Partial<OverlayMatrixRequest>): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = [];
  for await (const row of overlayRows({ judgeWith, ...request })) rows.push(row);
  return rows;
}

const PROFILES = ['x86-64', 'arm64-a11', 'riscv64'];
let all: readonly MatrixRow[];
beforeAll(async () => {
  all = await collect({ profiles: PROFILES });
});

const row = (overlay: string, reaction: string, arch: string): MatrixRow =>
  all.find((one) => one.overlay === overlay && one.reaction === reaction && one.arch === arch)!;

describe('the matrix of overlays', () => {
  it('has every overlay under every reaction, each as expected', () => {
    expect(all).toHaveLength(overlayNames().length * reactionNames().length * PROFILES.length);
    expect(all.filter((one) => !one.asExpected)).toEqual([]);
  });

  it('says so from every schedule wherever something is published', () => {
    expect(all.filter((one) => one.ending === undefined && one.basis !== 'exhaustive')).toEqual([]);
  });

  it('a JIT that ignores errors goes wrong under every overlay that refuses the barrier', () => {
    for (const overlay of [
      'enosys',
      'einval-old',
      'einval-nohz-full',
      'eperm-unregistered',
      'eperm-seccomp',
    ]) {
      for (const arch of PROFILES) expect(row(overlay, 'ignore', arch).verdict).toBe('stale');
    }
  });

  it('no reaction helps against a filter that kills, and none notices a lie', () => {
    for (const reaction of reactionNames()) {
      expect(row('sigsys', reaction, 'x86-64')).toMatchObject({ verdict: 'inconclusive', ending: 'killed' });
      expect(row('lying-kernel', reaction, 'riscv64').verdict).toBe('stale');
    }
  });

  it('registering late helps the process that nobody had registered, and not the one in a sandbox', () => {
    expect(row('eperm-unregistered', 'second-attempt', 'arm64-a11').verdict).toBe('safe');
    expect(row('eperm-seccomp', 'second-attempt', 'arm64-a11').ending).toBe('withheld');
  });

  it('GLOBAL instead of SYNC_CORE holds by accident of the interrupt return, and not on riscv', () => {
    expect(row('einval-old', 'second-attempt', 'x86-64')).toMatchObject({
      verdict: 'safe',
      reading: 'practice',
    });
    expect(row('einval-old', 'second-attempt', 'riscv64').verdict).toBe('stale');
    expect(row('einval-nohz-full', 'second-attempt', 'x86-64').ending).toBe('withheld');
  });

  it('... and not on x86 either where a kernel thread ran in between: nobody is registered', async () => {
    const overlay = await loadOverlay('einval-old');
    const { verdict } = await virtualJudge([1, 2, 3])(
      await prepareSituation({
        scenario: 'kthread-return',
        overlay: overlay.name,
        reaction: 'second-attempt',
        rounds: 4,
      }),
    );
    expect(verdict).toBe('stale');
  });

  it('an answer that is not the recorded one is found out', async () => {
    const liar = () => async () => ({ verdict: 'safe', reason: 'made up', basis: 'exhaustive' }) as const;
    const wrong = await collect({ overlays: ['enosys'], profiles: ['arm64-a11'], judgeWith: liar });
    expect(wrong.map((one) => one.asExpected)).toEqual(wrong.map(() => false));
  });
});

const ERRORS: Readonly<Record<string, number>> = { ok: 0, EPERM: -EPERM, EINVAL: -EINVAL, ENOSYS: -ENOSYS };

describe('the answers recorded with an overlay', () => {
  it.each(overlayNames().filter((name) => name !== 'sigsys'))('%s: are those of its kernel', async (name) => {
    const { over, answers, registers } = await loadOverlay(name);
    const machine = await Machine.boot({ kernel: over(LATEST_KERNEL), cpus: 2 });
    const process = machine.createProcess('jit');
    const thread = process.createThread({ cpu: 0 });
    process.createThread({ cpu: 1 });
    const register = CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
    const programmed = registers === 'as-programmed' ? [register] : [];
    const before = programmed.map((command) => thread.membarrier(command));
    expect(before).toEqual(programmed.map(() => ERRORS[answers.register]));
    expect(thread.membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE)).toBe(ERRORS[answers.syncCore]);
    expect(thread.membarrier(CMD_GLOBAL)).toBe(ERRORS[answers.global]);
    expect(thread.membarrier(register)).toBe(ERRORS[answers.register]);
    expect(thread.membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE)).toBe(ERRORS[answers.syncCoreOnceRegistered]);
  });
});
