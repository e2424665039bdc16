import { describe, expect, it, vi } from 'vitest';
import { profileNames } from '../../src/engines/catalogue.js';
import { outcomesOf, partsOf } from './outcomes.js';
import { explored, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

/** The rows "flip-flop" (CoFF) and "relay" (WRC-inst) of the litmus tests on arm64, IDC and DIC as in the name. */
const ARM64 = { 'arm64-a00': 'allowed', 'arm64-a01': 'allowed', 'arm64-a11': 'forbidden' } as const;

/** By what the profile says, not by what the explorer does: old code can follow new code, or a serializing cpu find old
 *  code, only where an icache keeps a line that nobody has told it to drop. */
const OTHERS = {
  'flip-flop': {
    'x86-64': 'forbidden',
    'x86-64-pti': 'forbidden',
    'x86-32': 'forbidden',
    s390x: 'forbidden',
    loongarch64: 'forbidden',
    'riscv64-ziccid': 'forbidden',
    riscv64: 'allowed',
  },
  relay: {
    'x86-64': 'forbidden',
    s390x: 'forbidden',
    // fence.i drops the icache of the hart that executes it.
    riscv64: 'forbidden',
    'riscv64-ziccid': 'forbidden',
  },
} as const;

describe.each(['flip-flop', 'relay'] as const)('%s', (scenario) => {
  it.each(Object.entries({ ...ARM64, ...OTHERS[scenario] }))('on %s is %s', async (arch, expected) => {
    expect(profileNames()).toContain(arch);
    const { outcome, result, witness } = await explored({ scenario, arch });
    expect(outcome).toBe(expected);
    expect(result.complete).toBe(true);
    if (expected === 'allowed') expect(witness!.found.violation.kind).toBe('forbidden-outcome');
    else expect(result.states).toBeGreaterThan(20);
  });
});

describe('what the hardware does by itself', () => {
  const MOST = 400_000;

  it.each(['arm64-a00', 'arm64-a01', 'riscv64', 'x86-64'])(
    'leads to the same outcomes in visible steps as in single accesses: %s',
    async (arch) => {
      const situation = await situationOf({ scenario: 'flip-flop', arch });
      const [visible, single] = (['visible', 'access'] as const).map((granularity) =>
        outcomesOf(
          partsOf(situation, { granularity, fetching: 'any-time', from: 'rounds' }),
          'each-state-once',
          MOST,
        ),
      );
      expect(visible!.seen).toEqual(single!.seen);
      expect(single!.states).toBeGreaterThan(visible!.states);
      // Old and old, old and new, new and new; and the forbidden one, or none where it cannot be.
      expect(visible!.seen.length).toBe(arch === 'x86-64' ? 3 : 4);
    },
  );
});
