/** Every hazard under every policy on every profile, each row held against its expectation. */

import type { Ending } from '../jit/reaction.js';
import type { Basis, Judged } from '../oracle/verdict.js';
import { type Expectation, expectationOf } from '../scenarios/expectation.js';
import { loadHazard, policyNames, profileNames, runnableHazardNames } from './catalogue.js';
import type { JudgedRun } from './ending.js';
import type { RunResult } from './runResult.js';
import { prepareSituation, type Situation } from './situation.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from './virtual/run.js';

export interface MatrixRow {
  readonly scenario: string;
  readonly arch: string;
  readonly policy: string;
  readonly kernel: string;
  readonly protocol: string;
  readonly verdict: Judged['verdict'];
  readonly reason: string;
  readonly expected: Expectation['verdict'] | 'inconclusive';
  readonly because: string;
  readonly asExpected: boolean;
  readonly basis: Basis;
  readonly witness?: RowWitness;
  /** Of a protocol: how sure the source is of what is expected, and where manual and practice differ, which it was. */
  readonly confidence?: 'high' | 'medium' | 'low';
  readonly reading?: 'text' | 'practice';
  /** Where the kernel says no: what is laid over it, what the JIT does about it, and how its process ended. */
  readonly overlay?: string;
  readonly reaction?: string;
  readonly ending?: Ending;
}

/** The schedule that goes wrong, where one was looked for. */
export interface RowWitness {
  /** As single accesses; `coresync replay` runs it. */
  readonly schedule: string;
  /** Steps that other cpus can see. */
  readonly length: number;
}

export interface MatrixRequest {
  /** All there are, where left out. */
  readonly scenarios?: readonly string[];
  readonly policies?: readonly string[];
  readonly profiles?: readonly string[];
  readonly protocol?: string | undefined;
  readonly kernel?: string | undefined;
  readonly rounds: number;
  readonly callsPerRound: number;
  readonly judge: RowJudge;
}

/** Where the verdict of a row comes from. */
export type RowJudge = (situation: Situation) => Promise<RowVerdict>;

export interface RowVerdict extends JudgedRun {
  readonly basis: Basis;
  readonly witness?: RowWitness;
}

/** One run per seed: the worst verdict of them. */
export function worstOf(
  seeds: readonly number[],
  run: (situation: Situation, seed: number) => Promise<RunResult>,
): RowJudge {
  return async (situation) => {
    let worst: JudgedRun | undefined;
    for (const seed of seeds) {
      const { judged } = await run(situation, seed);
      if (!worst || SEVERITY.indexOf(judged.verdict) > SEVERITY.indexOf(worst.verdict)) worst = judged;
    }
    if (!worst) throw new Error('a matrix needs at least one seed');
    return { ...worst, basis: 'observed' };
  };
}

/** In virtual time, on adversarial hardware. */
export function virtualJudge(seeds: readonly number[]): RowJudge {
  return worstOf(seeds, (situation, seed) =>
    runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, seed, maxSteps: MAX_STEPS }),
  );
}

const MAX_STEPS = 2_000_000;
const SEVERITY: readonly Judged['verdict'][] = [
  'safe',
  'unsupported',
  'inconclusive',
  'stale',
  'torn',
  'fault',
];

export async function* matrixRows(request: MatrixRequest): AsyncGenerator<MatrixRow> {
  for (const scenario of request.scenarios ?? (await runnableHazardNames())) {
    for (const arch of request.profiles ?? profileNames()) {
      for (const policy of request.policies ?? policyNames()) {
        yield await row(request, scenario, arch, policy);
      }
    }
  }
}

async function row(
  { rounds, callsPerRound, protocol, kernel, judge }: MatrixRequest,
  scenario: string,
  arch: string,
  policy: string,
): Promise<MatrixRow> {
  const situation = await prepareSituation({
    scenario,
    arch,
    policy,
    protocol,
    kernel,
    rounds,
    callsPerRound,
  });
  const hazard = await loadHazard(scenario);
  const expectation = expectationOf({ ...situation, scenario: hazard, config: situation.spec.config });
  const { verdict, reason, basis, witness } = await judge(situation);
  return {
    scenario,
    arch,
    policy,
    kernel: situation.spec.config.name,
    protocol: situation.protocol.name,
    verdict,
    reason,
    expected: expectation.verdict,
    because: expectation.because,
    asExpected: verdict === expectation.verdict,
    basis,
    ...(witness && { witness }),
  };
}
