import { describe, expect, it, vi } from 'vitest';
import { hazardNames } from '../../src/engines/catalogue.js';
import { spaceParts } from '../../src/engines/exploration.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { outcomesOf, TooLarge } from './outcomes.js';
import { OPTIONS } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const HAZARDS = await hazardNames();
const MOST = 20_000;

describe('with what the hardware does by itself waiting, the same comes about as with everything that is possible', () => {
  const counts = { compared: 0, smaller: 0, wrong: 0, several: 0 };

  it.each(HAZARDS)('in %s', async (scenario) => {
    for (const [arch, memory] of [
      ['x86-64', 'tso'],
      ['x86-64', 'sc'],
      ['arm64-a00', 'pso'],
      ['arm64-a11', 'rmo'],
      ['arm64-a01', 'sc'],
      ['riscv64', 'sc'],
    ] as const) {
      for (const policy of ['mainline', 'none']) {
        const situation = await prepareSituation({ scenario, arch, policy, rounds: 1, callsPerRound: 1 });
        const parts = spaceParts(situation, { ...OPTIONS, memory });
        try {
          const everything = outcomesOf(parts, 'each-state-once', MOST, 'everything');
          const tried = outcomesOf(parts, 'each-state-once', MOST, 'persistent-set');
          expect(tried.seen).toEqual(everything.seen);
          counts.compared++;
          if (tried.states < everything.states) counts.smaller++;
          if (everything.seen.length > 1) counts.several++;
          if (everything.seen.some((outcome) => /stale|unserialized|torn|forbidden/.test(outcome)))
            counts.wrong++;
        } catch (error) {
          if (!(error instanceof TooLarge)) throw error;
        }
      }
    }
  });

  it('in hundreds of spaces, in most of which it saves states and something may go wrong', () => {
    expect(counts.compared).toBeGreaterThan(200);
    expect(counts.smaller).toBeGreaterThan(150);
    expect(counts.several).toBeGreaterThan(100);
    expect(counts.wrong).toBeGreaterThan(80);
  });
});
