import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type ArchitectureProfile,
  DEFAULT_EXPLORATION_OPTIONS,
  type Exploration,
  type ExplorationOptions,
  explore,
  type Placement,
  type PublicationProtocol,
  parseSchedule,
  prepareSituation,
  printSchedule,
  replay,
  type Sampling,
  type SamplingOptions,
  type SerializationPolicy,
  sampleSchedules,
  type Transition,
  type WitnessStep,
} from '../src/index.js';
import { packageFile } from '../src/jit/packageFile.js';

const [PROGRAM = '', EXPLORING = ''] = [
  ...readFileSync(packageFile('README.md'), 'utf8').matchAll(/^```js\n(.*?)^```/gms),
].map(([, program]) => program!);

const SMALL = { scenario: 'kthread-return', rounds: 1, callsPerRound: 1 };

/** Runs a program in the package, which finds itself by its name; what it imports is the build. */
function run(program: string): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: fileURLToPath(packageFile('./')),
    input: program,
    encoding: 'utf8',
  });
  return { status, stdout };
}

describe('the programs in the README', () => {
  it('are short', () => {
    for (const program of [PROGRAM, EXPLORING])
      expect(program.trim().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('explore what they say they do', () => {
    const wrong = run(EXPLORING);
    expect(wrong).toEqual({ status: 0, stdout: expect.stringMatching(/^allowed \d+x/) });
    expect(run(EXPLORING.replace("'none'", "'mainline'"))).toEqual({ status: 0, stdout: 'forbidden \n' });
  }, 60_000);

  it('does what its last comment says', () => {
    expect(run(PROGRAM)).toEqual({ status: 0, stdout: '0 stale\n' });
    expect(PROGRAM).toContain("policy: 'none'");
    expect(run(PROGRAM.replace("'none'", "'mainline'"))).toEqual({ status: 0, stdout: '1 safe\n' });
  }, 60_000);
});

describe('exploring, by what the package exports', () => {
  it('finds a schedule that goes wrong, which replays; so does sampling', async () => {
    const placement: Placement = 'across-word';
    const situation = await prepareSituation({ ...SMALL, policy: 'none', placement });
    const options: ExplorationOptions = { ...DEFAULT_EXPLORATION_OPTIONS, clock: () => 0 };
    const { outcome, witness }: Exploration = await explore(situation, options);
    expect(outcome).toBe('allowed');
    const schedule: readonly Transition[] = parseSchedule(printSchedule(witness!.schedule));
    const steps: readonly WitnessStep[] = replay(situation, schedule, options);
    expect(steps.at(-1)!.violation).toEqual(witness!.found.violation);
    const chosen: SamplingOptions = { ...options, mode: 'random', seed: 1, depth: 2, maxExecutions: 1000 };
    const sampling: Sampling = await sampleSchedules(situation, chosen);
    expect(sampling.outcome).toBe('allowed');
  });

  it('of a situation that says what it is of', async () => {
    const situation = await prepareSituation({ ...SMALL, policy: 'mainline' });
    const policy: SerializationPolicy = situation.policy;
    const protocol: PublicationProtocol = situation.protocol;
    const profile: ArchitectureProfile = situation.profile;
    expect([policy, protocol, profile].map(({ name }) => name)).toEqual(['mainline', 'sync-core', 'x86-64']);
  });
});
