/** Publication protocols against what is recorded with them, from every schedule. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadProtocol } from '../../src/engines/catalogue.js';
import { exhaustiveJudge } from '../../src/engines/exhaustiveJudge.js';
import type { MatrixRow } from '../../src/engines/matrix.js';
import { type ProtocolMatrixRequest, protocolRows } from '../../src/engines/protocolMatrix.js';
import type { MemoryModel } from '../../src/hw/memoryModel.js';
import type { PublicationProtocol } from '../../src/jit/protocol.js';
import { explored, type Request } from '../explore/situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const ARM64 = ['arm64-a00', 'arm64-a01', 'arm64-a11'] as const;

const judgeWith = (memory: MemoryModel) =>
  exhaustiveJudge({ memory, clock: () => 0 }, () => Promise.reject(new Error('it takes too long')));

async function collect(request: Partial<ProtocolMatrixRequest>): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = [];
  for await (const row of protocolRows({ judgeWith, ...request })) rows.push(row);
  return rows;
}

let all: readonly MatrixRow[];
beforeAll(async () => {
  all = await collect({});
});

const verdictsOf = (protocol: string, profiles: readonly string[] = ARM64): (string | undefined)[] =>
  profiles.map((arch) => all.find((row) => row.protocol === protocol && row.arch === arch)?.verdict);

describe('the matrix of protocols', () => {
  it('every row is as recorded, from every schedule', () => {
    expect(all.filter((row) => !row.asExpected)).toEqual([]);
    expect(all.filter((row) => row.basis !== 'exhaustive')).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(100);
  });

  /* By what they are called in the field; two are scenarios of their own: patching behind a breakpoint
   * (text-poke-int3) and a site of two instructions (two-instruction-site). */
  const PRESETS: Readonly<Record<string, readonly string[]>> = {
    'store and go': ['store-and-go'],
    'clear_cache, then pointer': ['flush-then-pointer'],
    'textbook: the executor serializes': ['executor-serializes'],
    'SYNC_CORE, then publish': ['sync-core'],
    'a plain barrier taken for core sync': ['expedited-then-pointer'],
    'mprotect as the barrier': ['mprotect-first', 'mprotect-again'],
    'one-word branch patch': ['branch-patch'],
    'data slot': ['data-slot'],
    'live overwrite': ['live-overwrite'],
    'stop the world': ['stop-the-world'],
    'safepoint with an instruction fence': ['handshake'],
    'epoch-guarded entry': ['epoch-guard'],
    'recycled code memory': ['recycle-after-grace-period', 'recycle-after-sync-core'],
  };

  it.each(Object.entries(PRESETS))(
    '%s: explored on x86-64, three classes of arm64 and riscv64',
    (_, protocols) => {
      for (const protocol of protocols) {
        const verdicts = verdictsOf(protocol, ['x86-64', ...ARM64, 'riscv64']);
        for (const verdict of verdicts) expect(['safe', 'stale', 'torn']).toContain(verdict);
      }
    },
  );

  it('it is not one colour, and goes both ways on most profiles', () => {
    for (const arch of ['x86-64', ...ARM64, 'riscv64']) {
      const verdicts = new Set(all.filter((row) => row.arch === arch).map((row) => row.verdict));
      expect([...verdicts]).toEqual(expect.arrayContaining(['safe', 'stale', 'torn']));
    }
  });

  it('a wrong record is found out', async () => {
    const [row] = await collect({ protocols: ['store-and-go'], profiles: ['arm64-a11'] });
    expect(row).toMatchObject({ verdict: 'stale', expected: 'stale', asExpected: true });
    const liar = (memory: MemoryModel) => async () =>
      ({ verdict: 'safe', reason: memory, basis: 'exhaustive' }) as const;
    const [wrong] = await collect({ protocols: ['store-and-go'], profiles: ['arm64-a11'], judgeWith: liar });
    expect(wrong).toMatchObject({ verdict: 'safe', asExpected: false });
    const [practice] = await collect({ protocols: ['store-and-go'], profiles: ['x86-64'], judgeWith: liar });
    expect(practice).toMatchObject({ verdict: 'safe', asExpected: true, reading: 'practice' });
  });
});

/* Each line is one of the generated publication tests of the Arm model of instruction fetch, by IDC and DIC. */
describe('the Arm model of instruction fetch', () => {
  it.each([
    ['maintenance, release, load, jump', 'flush-then-pointer', 'stale'],
    ['load, control dependency, ISB', 'executor-serializes', 'safe'],
    ['a handshake with ISB before the pointer', 'handshake', 'safe'],
    ['a handshake with DMB', 'handshake-with-fence', 'stale'],
    ['a direct branch to code that was finished before', 'branch-patch', 'safe'],
  ])('%s: the same in all classes', (_, protocol, verdict) => {
    expect(verdictsOf(protocol)).toEqual([verdict, verdict, verdict]);
  });

  it('a direct branch with nothing between the two stores: stale in all classes', async () => {
    const unordered = (arch: string): Request => ({
      scenario: 'publication',
      arch,
      protocol: 'branch-patch-unordered',
      // The claim itself must not order the two stores either.
      without: ['publish'],
    });
    for (const arch of ARM64) {
      const { outcome, witness } = await explored(unordered(arch), { memory: 'pso' });
      expect([arch, outcome]).toEqual([arch, 'allowed']);
      expect(witness!.found.violation.kind).toBe('stale');
    }
  });

  /* Rows 2 and 3: an ISB does not wait for a load that it does not depend on, nor does it for a DMB. */
  it.each(['isb-without-dependency', 'dmb-then-isb'])(
    '%s: stale, because the load is late',
    async (protocol) => {
      expect(verdictsOf(protocol)).toEqual(['stale', 'stale', 'stale']);
      for (const arch of ARM64) {
        const situation = { scenario: 'publication', arch, protocol };
        const { witness } = await explored(situation, { memory: 'rmo' });
        expect(witness!.steps.map(({ what }) => what)).toContain("the late load of 'pointer'");
        const inOrder = await explored(situation, { memory: 'pso' });
        expect([arch, inOrder.outcome]).toEqual([arch, 'forbidden']);
      }
    },
  );

  it.each([
    ['a serialization that waits for the load', 'isb-without-dependency', 'x86-64'],
    ['a dependency', 'executor-serializes', 'arm64-a11'],
    ['a handshake before', 'handshake', 'arm64-a11'],
    ['a SYNC_CORE before', 'sync-core', 'arm64-a11'],
  ])('%s is enough even where loads are late and early', async (_, protocol, arch) => {
    const { outcome } = await explored({ scenario: 'publication', arch, protocol }, { memory: 'rmo' });
    expect(outcome).toBe('forbidden');
  });
});

describe('each step is there for something', () => {
  /** Steps without which a protocol that is safe is not. */
  const ESSENTIAL: Readonly<
    Record<string, readonly [keyof PublicationProtocol & ('writer' | 'executor'), string]>
  > = {
    'executor-serializes': ['executor', 'serialize'],
    handshake: ['executor', 'serialize'],
    'epoch-guard': ['executor', 'serialize'],
    'sync-core': ['writer', 'membarrier-sync-core'],
    'branch-patch': ['writer', 'clear-cache'],
  };

  it.each(Object.entries(ESSENTIAL))('%s without one of its steps goes wrong', async (name, [side, step]) => {
    const protocol = await loadProtocol(name);
    const steps = protocol[side] as readonly string[];
    expect(steps).toContain(step);
    const without = { ...protocol, [side]: steps.filter((one) => one !== step) } as PublicationProtocol;
    const on = { scenario: 'publication', arch: 'arm64-a00' };
    expect((await explored({ ...on, protocol })).outcome).toBe('forbidden');
    expect((await explored({ ...on, protocol: without })).outcome).toBe('allowed');
  });
});
