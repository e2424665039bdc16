import { describe, expect, it } from 'vitest';
import { prepareSituation } from '../../src/engines/situation.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../src/engines/virtual/run.js';

const ROUNDS = 50;
const CALLS = 1000;

async function run() {
  const situation = await prepareSituation({
    scenario: 'text-poke-int3',
    rounds: ROUNDS,
    callsPerRound: CALLS,
  });
  return runVirtual(situation, DEFAULT_VIRTUAL_OPTIONS);
}

describe('text-poke-int3 in virtual time', () => {
  it('is safe, and the kernel carries out the calls that meet the breakpoint', async () => {
    const { judged, tally, counters } = await run();
    expect(judged.verdict).toBe('safe');
    expect(tally.publications).toBe(ROUNDS);
    // Two loops of calls in each round; those that are missing were not executed, and the task did not stop either.
    expect(tally.calls).toBeLessThan(2 * ROUNDS * CALLS);
    expect(tally.calls).toBeGreaterThan(ROUNDS * CALLS);
    expect(counters.syncCore).toBe(3 * 2 * ROUNDS);
  });
});
