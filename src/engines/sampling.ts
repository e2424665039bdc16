/** Samples the schedules of one situation: for those that are too large to explore. */
import { checkSchedule } from '../explore/determinism.js';
import { pct, pctChance } from '../explore/pct.js';
import { randomWalk } from '../explore/randomWalk.js';
import { type SampleResult, type Scheduler, sample } from '../explore/sample.js';
import { Space, type SpaceParts } from '../explore/space.js';
import { tell } from '../explore/witness.js';
import { boundsOf, type ExplorationOptions, inSlices, spaceParts, type Witness } from './exploration.js';
import type { Situation } from './situation.js';

export const SAMPLING_MODES = ['random', 'pct'] as const;
export type SamplingMode = (typeof SAMPLING_MODES)[number];

export interface SamplingOptions extends Omit<ExplorationOptions, 'maxStates'> {
  readonly mode: SamplingMode;
  readonly seed: number;
  readonly maxExecutions: number;
  /** Of the bug that PCT is to find: the orderings that it takes. */
  readonly depth: number;
}

export interface Sampling {
  readonly outcome: 'allowed' | 'not-found-within-the-bound';
  readonly result: SampleResult;
  readonly seconds: number;
  readonly witness: Witness | undefined;
  /** Of one execution to find a bug of this depth, at least; with PCT only. */
  readonly chance: number | undefined;
}

/** Steps of an execution, at most. */
const MAX_STEPS = 10_000;

/** @throws {LabError} E_NONDETERMINISM where the schedule that was found does not come to the same states again. */
export async function sampleSchedules(situation: Situation, options: SamplingOptions): Promise<Sampling> {
  const parts: SpaceParts = { ...spaceParts(situation, options), granularity: 'access' };
  const begun = options.clock();
  const { over } = boundsOf({ ...options, maxStates: Number.POSITIVE_INFINITY }, begun);
  const bounds = { maxExecutions: options.maxExecutions, maxSteps: MAX_STEPS, over };
  const { scheduler, chance } = await schedulerOf(parts, options);
  const result = await inSlices(sample(new Space(parts), scheduler, bounds));
  const seconds = (options.clock() - begun) / 1000;
  const { found } = result;
  if (!found) return { outcome: 'not-found-within-the-bound', result, seconds, witness: undefined, chance };
  checkSchedule(() => new Space(parts), found.schedule);
  const steps = tell(new Space(parts), found.schedule);
  return {
    outcome: 'allowed',
    result,
    seconds,
    witness: { found, isShortest: false, steps, schedule: found.schedule },
    chance,
  };
}

async function schedulerOf(
  parts: SpaceParts,
  { mode, seed, depth }: SamplingOptions,
): Promise<{ readonly scheduler: Scheduler; readonly chance: number | undefined }> {
  if (mode === 'random') return { scheduler: randomWalk(seed), chance: undefined };
  // How long an execution is: one at random, to its end or to where it goes wrong.
  const trial = { maxExecutions: 1, maxSteps: MAX_STEPS, over: () => undefined };
  const { steps } = await inSlices(sample(new Space(parts), randomWalk(seed), trial));
  const assumed = { cpus: parts.spec.cpus, depth, steps: Math.max(1, steps) };
  return { scheduler: pct({ ...assumed, seed }), chance: pctChance(assumed) };
}
