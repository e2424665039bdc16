import { describe, expect, it } from 'vitest';
import { environment } from '../../src/cli/environment.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../src/engines/virtual/run.js';
import { runDocument } from '../../src/report/runDocument.js';
import { coresync } from '../cli/commandLine.js';

const ROUNDS = 50;
const SCENARIOS = ['kthread-return', 'interrupt-reschedules', 'torn-patch', 'caller-migrates'];

/** A run in this process, printed as the command line prints it. */
async function runHere(scenario: string, seed: number): Promise<string> {
  const situation = await prepareSituation({ scenario, rounds: ROUNDS });
  const result = await runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, seed });
  const { callsPerRound } = situation.scenario.defaults;
  const settings = { engine: 'virtual', seed, memory: 'sc', hardware: 'adversarial', callsPerRound } as const;
  return `${JSON.stringify(await runDocument(situation, settings, result, environment()), null, 2)}\n`;
}

describe('the virtual engine', () => {
  it.each(SCENARIOS)('%s: one seed, two processes, the same bytes', async (scenario) => {
    const { stdout } = await coresync(
      ...['run', scenario, '--engine', 'virtual'],
      ...['--rounds', `${ROUNDS}`, '--seed', '7', '--json'],
    );
    expect(stdout).toBe(await runHere(scenario, 7));
    expect(JSON.parse(stdout).publications).toBeGreaterThan(0);
  });

  it('another seed: other cycles', async () => {
    const cyclesOf = async (scenario: string, seed: number): Promise<number> =>
      JSON.parse(await runHere(scenario, seed)).cycles;
    const differ = await Promise.all(
      SCENARIOS.map(async (scenario) => (await cyclesOf(scenario, 7)) !== (await cyclesOf(scenario, 8))),
    );
    expect(differ).toContain(true);
  });
});
