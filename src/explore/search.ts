/** Exhaustive search: from every state every transition that cannot wait, each state once.
 *
 *  Depth first, with the machine taken back step by step; what can wait is said in choices.ts. Where the search finds a word
 *  to be shared that it had taken for private, it begins again; only a search that finds none is complete. A shard of a
 *  search goes breadth first to where it is split, and depth first through its own part.
 *
 *  Source: explicit-state model checking with hashed states (Holzmann, "The Model Checker SPIN", 1997). */
import type { Transition } from '../trace/schedule.js';
import { DepthFirst } from './depthFirst.js';
import { ShardAgenda, type Split } from './shardAgenda.js';
import type { Space, Violation } from './space.js';
import { StateSet } from './stateSet.js';

export interface Bounds {
  /** Distinct states to visit, added up over all repetitions. */
  readonly maxStates: number;
  /** Paths to follow, over all repetitions. */
  readonly maxExecutions: number;
  /** Asked now and then: why the search has to end here. Time is the caller's business. */
  readonly over: () => 'time-limit' | 'interrupted' | undefined;
}

export interface Found {
  readonly violation: Violation;
  readonly schedule: readonly Transition[];
}

export interface SearchResult {
  /** Nothing is left to try, or a violation was found; a shard never tries everything. */
  readonly complete: boolean;
  readonly stoppedBy:
    | 'exhausted'
    | 'violation'
    | 'state-limit'
    | 'execution-limit'
    | 'preemption-limit'
    | 'time-limit'
    | 'interrupted'
    /* Or an invalidate queue was full, or too many loads had been put off. */
    | 'store-buffer'
    | 'nothing-published'
    | 'end-of-shard';
  readonly found: Found | undefined;
  /* Of the last repetition, which is the one that counts. */
  /** Distinct states. */
  readonly states: number;
  /** Transitions taken, or known to lead to a state seen before. */
  readonly steps: number;
  /** Paths that came to an end, or to a state seen before. */
  readonly executions: number;
  /** Longest path, in transitions. */
  readonly depth: number;
  /* Over all repetitions. */
  readonly repetitions: number;
  readonly totalSteps: number;
  readonly totalExecutions: number;
}

/** Steps between two moments at which the caller may do something else. */
export const SLICE = 8192;

/** Yields now and then, so that its caller can look up.
 *  @param space at its beginning; left at a violation, or somewhere else.
 *  @param split which part to search; all of it where left out. */
export function* search(space: Space, bounds: Bounds, split?: Split): Generator<void, SearchResult> {
  let earlierStates = 0;
  let earlierSteps = 0;
  let earlierExecutions = 0;
  for (let repetitions = 1; ; repetitions++) {
    const states = new StateSet();
    const walk = new DepthFirst(space, states);
    const agenda = split && new ShardAgenda(split);
    const finish = (stoppedBy: SearchResult['stoppedBy'], found?: Found): SearchResult => ({
      complete: stoppedBy === 'exhausted' || stoppedBy === 'violation',
      stoppedBy,
      found,
      states: states.size,
      steps: walk.steps,
      executions: walk.executions,
      depth: walk.depth,
      repetitions,
      totalSteps: earlierSteps + walk.steps,
      totalExecutions: earlierExecutions + walk.executions,
    });
    const maxStates = bounds.maxStates - earlierStates;
    const maxExecutions = bounds.maxExecutions - earlierExecutions;
    let violation = walk.enter();
    for (let until = SLICE; violation === undefined && !space.sharingGrew; ) {
      if (walk.isDone) {
        const branch = agenda?.next(states.size);
        if (!branch) break;
        walk.resume(branch);
      }
      violation = advance(walk, states, { until, maxStates, maxExecutions }, agenda);
      if (violation) break;
      if (states.size >= maxStates) return finish('state-limit');
      if (walk.executions >= maxExecutions) return finish('execution-limit');
      if (walk.steps >= until) {
        until = walk.steps + SLICE;
        yield;
        const over = bounds.over();
        if (over) return finish(over);
      }
    }
    if (violation) return finish('violation', { violation, schedule: walk.path });
    if (!space.sharingGrew) {
      if (space.hasFilledBuffer) return finish('store-buffer');
      return finish(split ? 'end-of-shard' : 'exhausted');
    }
    earlierStates += states.size;
    earlierSteps += walk.steps;
    earlierExecutions += walk.executions;
    space.beginAgain();
  }
}

/** Takes steps until there is something to decide about: a slice is over, a bound may be reached, a branch done, a word shared. A
 *  step adds one state or one execution at most, so that as many steps as are left of either are safe. */
function advance(
  walk: DepthFirst,
  states: StateSet,
  { until, maxStates, maxExecutions }: { until: number; maxStates: number; maxExecutions: number },
  agenda: ShardAgenda | undefined,
): Violation | undefined {
  if (agenda?.isSplit === false) {
    const violation = walk.advance();
    if (violation === undefined) agenda.relieve(walk);
    return violation;
  }
  return walk.advance(
    Math.min(until, walk.steps + Math.min(maxStates - states.size, maxExecutions - walk.executions)),
  );
}
