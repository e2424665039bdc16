/** Samples the schedules of one situation: for those that are too large to explore. */
import { anything, type Checks, checkWhole, oneOf, wholeNumber } from '../base/given.js';
import { checkSampledPaths, checkSchedule, checkWitness } from '../explore/determinism.js';
import { pct, pctChance } from '../explore/pct.js';
import { randomWalk } from '../explore/randomWalk.js';
import { type SampleResult, type Scheduler, sample } from '../explore/sample.js';
import { scout } from '../explore/scout.js';
import { Space, type SpaceParts } from '../explore/space.js';
import { expand, tell } from '../explore/witness.js';
import {
  boundsOf,
  EXPLORATION_CHECKS,
  type ExplorationOptions,
  inSlices,
  spaceParts,
  type Witness,
} from './exploration.js';
import { MAX_SEED } from './limits.js';
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

/* Who spreads the options of exploring gives maxStates as well: it does not count here. */
const SAMPLING_CHECKS: Checks<SamplingOptions & Pick<ExplorationOptions, 'maxStates'>> = {
  ...EXPLORATION_CHECKS,
  maxStates: anything,
  mode: oneOf(SAMPLING_MODES),
  seed: wholeNumber(0, MAX_SEED),
  depth: wholeNumber(1, Number.MAX_SAFE_INTEGER),
};

export interface Sampling {
  readonly outcome: 'allowed' | 'not-found-within-the-bound';
  readonly result: SampleResult;
  readonly seconds: number;
  readonly witness: Witness | undefined;
  /** To find a bug; with PCT only. */
  readonly chance: Chance | undefined;
}

export interface Chance {
  /** Of one execution to find one of this depth that shows within so many steps, at least. */
  readonly ofOneExecution: number;
  readonly withinSteps: number;
}

/** Steps of an execution, at most. */
const MAX_STEPS = 10_000;
/** Executions at random that say how long one is. */
const TRIALS = 16;

/** Of the paths that are run twice. */
const CHECK_SEED = 1;

/** @throws {LabError} E_NONDETERMINISM where the same schedule does not come to the same states; E_OPTION, E_RANGE and
 *  E_UNKNOWN_NAME for an option that is not what it should be. */
export async function sampleSchedules(situation: Situation, options: SamplingOptions): Promise<Sampling> {
  checkWhole<SamplingOptions>('SamplingOptions', options, SAMPLING_CHECKS);
  const parts = spaceParts(situation, options);
  const single: SpaceParts = { ...parts, granularity: 'access' };
  checkSampledPaths(() => new Space(parts), CHECK_SEED);
  const begun = options.clock();
  const { over } = boundsOf({ ...options, maxStates: Number.POSITIVE_INFINITY }, begun);
  const bounds = { maxExecutions: options.maxExecutions, maxSteps: MAX_STEPS, over };
  const space = new Space(parts);
  // So that nearly everything that is shared is a choice from the first execution on.
  scout(space);
  const { scheduler, chance } = await schedulerOf(space, options);
  const result = await inSlices(sample(space, scheduler, bounds));
  const seconds = (options.clock() - begun) / 1000;
  const { found } = result;
  if (!found) return { outcome: 'not-found-within-the-bound', result, seconds, witness: undefined, chance };
  const schedule = expand(space, found.schedule);
  checkSchedule(() => new Space(single), schedule);
  const machine = new Space(single);
  const steps = tell(machine, schedule);
  checkWitness(machine, steps, found.violation);
  return {
    outcome: 'allowed',
    result,
    seconds,
    witness: { found, isShortest: false, steps, schedule },
    chance,
  };
}

async function schedulerOf(
  space: Space,
  { mode, seed, depth }: SamplingOptions,
): Promise<{ readonly scheduler: Scheduler; readonly chance: Chance | undefined }> {
  if (mode === 'random') return { scheduler: randomWalk(seed), chance: undefined };
  // How long an execution is: the longest of some at random, each to its end or to where it goes wrong.
  let longest = 1;
  for (let trial = 0; trial < TRIALS; trial++) {
    const bounds = { maxExecutions: 1, maxSteps: MAX_STEPS, over: () => undefined };
    longest = Math.max(longest, (await inSlices(sample(space, randomWalk(seed + trial), bounds))).depth);
  }
  const assumed = { cpus: space.spec.cpus, depth, steps: longest };
  return {
    scheduler: pct({ ...assumed, seed }),
    chance: { ofOneExecution: pctChance(assumed), withinSteps: longest },
  };
}
