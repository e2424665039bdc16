/** Explores one situation: every schedule, and if one goes wrong, the shortest. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  aFunction,
  anything,
  aWord,
  boundFrom,
  type Checks,
  checkWhole,
  oneOf,
  optional,
  wholeNumber,
} from '../base/given.js';
import { checkSampledPaths, checkSchedule, checkWitness } from '../explore/determinism.js';
import type { Fetching } from '../explore/exploredMachine.js';
import { scout } from '../explore/scout.js';
import { type Bounds, type Found, type SearchResult, search } from '../explore/search.js';
import type { Split } from '../explore/shardAgenda.js';
import { type SharedWords, sharedWords } from '../explore/sharing.js';
import { shortest } from '../explore/shortest.js';
import { type Shrunk, shrink } from '../explore/shrink.js';
import { type Beginning, Space, type SpaceParts } from '../explore/space.js';
import { expand, tell, type WitnessStep } from '../explore/witness.js';
import { OP } from '../hw/instruction.js';
import { MEMORY_MODELS, type MemoryModel } from '../hw/memoryModel.js';
import { CMD_PRIVATE_EXPEDITED_SYNC_CORE } from '../kernel/membarrierCommands.js';
import { SYSCALL } from '../kernel/syscall.js';
import { SerializationDebt } from '../oracle/serializationDebt.js';
import { publishes } from '../scenarios/scenario.js';
import type { Transition } from '../trace/schedule.js';
import type { Situation } from './situation.js';

export interface ExplorationOptions {
  readonly memory: MemoryModel;
  readonly from: Beginning;
  readonly fetching: Fetching;
  /** States to visit, over all repetitions of a search; where something goes wrong, it is searched for again. */
  readonly maxStates: number;
  /** Paths to follow; in the same way. */
  readonly maxExecutions: number;
  /** Host threads that search together; 1 where left out. */
  readonly workers?: number | undefined;
  /** The part of the space to search: that of this shard. For one thread, and any number of preemptions. */
  readonly shard?: Split | undefined;
  /** What other shards know to be shared. */
  readonly knowing?: SharedWords | undefined;
  /** Schedules with more preemptions are not looked at; see shortest.ts for what counts as one. */
  readonly maxPreemptions?: number | undefined;
  /** Wall clock, in milliseconds; the shortest witness gets as much again. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Wall clock in milliseconds, from any point on. */
  readonly clock: () => number;
}

export const DEFAULT_EXPLORATION_OPTIONS: Omit<ExplorationOptions, 'clock'> = {
  memory: 'sc',
  from: 'rounds',
  fetching: 'any-time',
  maxStates: 50_000_000,
  maxExecutions: Number.POSITIVE_INFINITY,
  timeLimitMs: 120_000,
};

export const EXPLORATION_CHECKS: Checks<ExplorationOptions> = {
  memory: oneOf(MEMORY_MODELS),
  from: aWord<Beginning>({ boot: true, rounds: true }),
  fetching: aWord<Fetching>({ 'any-time': true, 'on-execution': true }),
  maxStates: boundFrom(0),
  maxExecutions: boundFrom(0),
  workers: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  shard: anything,
  knowing: anything,
  maxPreemptions: optional(boundFrom(0)),
  timeLimitMs: boundFrom(0),
  signal: anything,
  clock: aFunction,
};

export interface Exploration {
  readonly outcome: 'forbidden' | 'allowed' | 'not-found-within-the-bound';
  readonly result: SearchResult;
  readonly seconds: number;
  readonly witness: Witness | undefined;
  /** What turned out to be shared. */
  readonly sharing: SharedWords;
  /** Ids of the ordering points that were passed on any schedule; with several workers, on those of the first thread, and of the scout. */
  readonly pointsPassed: readonly string[];
}

export interface Witness {
  readonly found: Found;
  /** Is there no shorter one? Not known where the bounds ended the search for it. */
  readonly isShortest: boolean;
  readonly steps: readonly WitnessStep[];
  /** As single accesses; replays by itself. */
  readonly schedule: readonly Transition[];
}

/** The explored machine, a visible access at a time. */
export function spaceParts(
  situation: Situation,
  { memory, from, fetching }: Pick<ExplorationOptions, 'memory' | 'from' | 'fetching'>,
): SpaceParts {
  return {
    spec: situation.spec,
    policy: situation.policy,
    images: situation.images.map((image) => image.bytes),
    memory,
    fetching,
    from,
    granularity: 'visible',
    makeLedger: (bits, tasks, mms, cpus) => new SerializationDebt(bits, tasks, mms, cpus),
  };
}

/** States that each shard visits before it searches its part. */
const TRIAL = 20_000;

/** Of the paths that are run twice. */
const SEED = 1;

/** Looks up between two slices of work, so that signals are seen.
 *  @throws {LabError} E_NONDETERMINISM where the same schedule does not come to the same states; E_OPTION, E_RANGE and
 *  E_UNKNOWN_NAME for an option that is not what it should be. */
export async function explore(situation: Situation, options: ExplorationOptions): Promise<Exploration> {
  checkWhole<ExplorationOptions>('ExplorationOptions', options, EXPLORATION_CHECKS);
  const parts = spaceParts(situation, options);
  checkSampledPaths(() => new Space(parts), SEED);
  const machine = new Space(parts);
  const begun = options.clock();
  const { space, result: searchedResult } = await searched(machine, parts, boundsOf(options, begun), options);
  const seconds = (options.clock() - begun) / 1000;
  const result = orVacuous(searchedResult, space, situation);
  const seen = { sharing: sharedWords(space.sharingKnowledge), pointsPassed: space.pointsPassed };
  if (!result.found) {
    return {
      outcome: result.complete ? 'forbidden' : 'not-found-within-the-bound',
      result,
      seconds,
      witness: undefined,
      ...seen,
    };
  }
  const settling = await inSlices(settled(space, boundsOf(options, options.clock())));
  const { isShortest, found = result.found } = settling;
  const steps = tell(space, found.schedule);
  checkWitness(space, steps, found.violation);
  const schedule = expand(space, found.schedule);
  checkSchedule(() => new Space({ ...parts, granularity: 'access' }), schedule);
  return {
    outcome: 'allowed',
    result,
    seconds,
    witness: { found, isShortest, steps, schedule },
    ...seen,
  };
}

/** That no schedule goes wrong is no finding where nothing could be missed, as nothing was ever published. */
function orVacuous(result: SearchResult, space: Space, situation: Situation): SearchResult {
  const isThrough = result.stoppedBy === 'exhausted' || result.stoppedBy === 'end-of-shard';
  if (!isThrough || space.hasPromised || !isAboutPublishing(situation)) return result;
  return { ...result, complete: false, stoppedBy: 'nothing-published' };
}

/** Only a promise can be broken there: no outcome is forbidden, and no membarrier call guarantees anything about code. */
function isAboutPublishing({ scenario, spec }: Situation): boolean {
  const { instructions } = spec;
  if (scenario.kind === 'workload' || instructions.some(([op]) => op === OP.promise)) return true;
  const callsSyncCore = instructions.some(
    ([op, nr, command]) =>
      op === OP.syscall && nr === SYSCALL.membarrier && command === CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  );
  if (callsSyncCore || ('forbidden' in scenario && scenario.forbidden)) return false;
  return scenario.kind === 'own' || publishes(scenario);
}

/** @param machine at its beginning, with nothing known.
 *  @returns the space that was searched as well: it knows what is shared, which the steps of what was found depend on. */
async function searched(
  machine: Space,
  parts: SpaceParts,
  bounds: Bounds,
  options: ExplorationOptions,
): Promise<{ readonly space: Space; readonly result: SearchResult }> {
  const { maxPreemptions, shard, knowing, workers = 1 } = options;
  // Executions are counted by each thread for itself: a bound on them is for one.
  const takesSeveral =
    !shard && maxPreemptions === undefined && bounds.maxExecutions === Number.POSITIVE_INFINITY;
  if (workers > 1 && takesSeveral) {
    const { searchInParallel } = await import('./parallelSearch.js');
    const result = await searchInParallel(machine, { parts, workers }, bounds, inSlices);
    if (result) return { space: machine, result };
    // What is known by now depends on who was faster: one thread searches as if nobody had.
    return searched(new Space(parts), parts, bounds, { ...options, workers: 1 });
  }
  if (shard) {
    if (knowing) machine.learnSharedWords(knowing);
    // Depth first finds most shared words, and most of what is wrong, before the beginning is searched for the split.
    const trial = await inSlices(
      search(machine, { ...bounds, maxStates: Math.min(TRIAL, bounds.maxStates) }),
    );
    if (trial.stoppedBy === 'violation') return { space: machine, result: trial };
    // In every shard the same, so that they agree on what is shared.
    scout(machine);
  }
  if (maxPreemptions !== undefined)
    return { space: machine, result: await inSlices(boundedSearch(machine, bounds, maxPreemptions)) };
  if (shard) return { space: machine, result: await inSlices(search(machine, bounds, shard)) };
  scout(machine, PATIENCE);
  const ahead = await inSlices(scouted(machine, parts, bounds));
  if (!ahead.found) return { space: machine, result: ahead };
  // A step goes on as long as nothing is known to be shared: who knows less tells what goes wrong in fewer steps.
  const again = new Space(parts);
  const result = await inSlices(scouted(again, parts, bounds));
  if (result.found) return { space: again, result };
  if (result.complete)
    throw new Error('a search finds nothing where one that went ahead has found something');
  return { space: machine, result: ahead };
}

/** Walks without anything new after which a search begins: a small one has not paid for many. */
const PATIENCE = 2;

/** Slices of a search after which it is worth while to look for longer what else is shared: what is searched until then is
 *  searched again. A small search is over by then, and has not paid for the walks. */
const SCOUT_AFTER = 16;

/** A search that begins again early rather than late. */
function* scouted(machine: Space, parts: SpaceParts, bounds: Bounds): Generator<void, SearchResult> {
  const work = search(machine, bounds);
  for (let slices = 1; ; slices++) {
    const slice = work.next();
    if (slice.done) return slice.value;
    if (slices === SCOUT_AFTER) machine.hearOfSharing(scout(machine.restarted(parts)));
    yield;
  }
}

export function boundsOf(
  { maxStates, maxExecutions, timeLimitMs, signal, clock }: ExplorationOptions,
  since: number,
): Bounds {
  return {
    maxStates,
    maxExecutions,
    over: () => {
      if (signal?.aborted) return 'interrupted';
      return clock() - since > timeLimitMs ? 'time-limit' : undefined;
    },
  };
}

export async function inSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const slice = work.next();
    if (slice.done) return slice.value;
    await nextTurn();
  }
}

/** Every schedule with at most so many preemptions. */
function* boundedSearch(space: Space, bounds: Bounds, maxPreemptions: number): Generator<void, SearchResult> {
  for (let repetitions = 1; ; repetitions++) {
    const { stoppedBy, found, states, steps, depth } = yield* shortest(space, bounds, maxPreemptions);
    if (stoppedBy !== 'sharing-grew') {
      return {
        complete: (stoppedBy === 'exhausted' && !space.hasFilledBuffer) || stoppedBy === 'violation',
        stoppedBy: stoppedBy === 'exhausted' && space.hasFilledBuffer ? 'store-buffer' : stoppedBy,
        found,
        states,
        steps,
        executions: steps - states,
        repetitions,
        depth,
        totalSteps: steps,
        totalExecutions: steps - states,
      };
    }
    space.beginAgain();
  }
}

/** A schedule of steps that mean the same throughout: begun again while more turns out to be shared. The shortest,
 *  or where the bounds ended the search for it, the first that searching comes across. */
function* settled(
  space: Space,
  bounds: Bounds,
): Generator<void, { readonly found: Found | undefined; readonly isShortest: boolean }> {
  while (!bounds.over()) {
    space.beginAgain();
    const { found } = yield* shortest(space, bounds);
    if (!space.sharingGrew && found) return { found, isShortest: true };
    if (!space.sharingGrew) break;
  }
  for (;;) {
    space.beginAgain();
    const unbounded = { ...bounds, maxExecutions: Number.POSITIVE_INFINITY, over: () => undefined };
    const { found } = yield* search(space, unbounded);
    if (!found || !space.sharingGrew) return { found, isShortest: false };
  }
}

/** Runs one schedule of single accesses, as `explore` prints it.
 *  @throws {LabError} E_SCHEDULE where a step cannot happen; for options as above. */
export function replay(
  situation: Situation,
  schedule: readonly Transition[],
  options: ExplorationOptions,
): readonly WitnessStep[] {
  checkWhole<ExplorationOptions>('ExplorationOptions', options, EXPLORATION_CHECKS);
  return tell(new Space({ ...spaceParts(situation, options), granularity: 'access' }), schedule);
}

/** A shorter schedule that goes wrong in the same way, from which nothing can be left out.
 *  @returns undefined where the schedule goes wrong nowhere.
 *  @throws {LabError} E_SCHEDULE where it does not, and a step of it cannot happen. */
export function shortened(
  situation: Situation,
  schedule: readonly Transition[],
  options: ExplorationOptions,
): (Shrunk & { readonly steps: readonly WitnessStep[] }) | undefined {
  const parts: SpaceParts = { ...spaceParts(situation, options), granularity: 'access' };
  const begun = options.clock();
  const isOver = (): boolean =>
    options.clock() - begun > options.timeLimitMs || options.signal?.aborted === true;
  const shrunk = shrink(new Space(parts), schedule, isOver);
  // What goes wrong nowhere may be a schedule of something else: the telling says so.
  const steps = tell(new Space(parts), shrunk?.schedule ?? schedule);
  return shrunk && { ...shrunk, steps };
}
