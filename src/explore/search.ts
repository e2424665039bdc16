/** Exhaustive search: every transition from every state, each state once.
 *
 *  Depth first, with the machine taken back step by step. Where the search finds a word to be shared that it had taken
 *  for private, it begins again; only a search that finds none is complete.
 *
 *  Source: explicit-state model checking with hashed states (Holzmann, "The Model Checker SPIN", 1997). */
import type { Transition } from '../trace/schedule.js';
import { IntList } from './intList.js';
import type { Mark, Space, Violation } from './space.js';
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
  /** Every state was visited, or a violation was found. */
  readonly complete: boolean;
  readonly stoppedBy:
    | 'exhausted'
    | 'violation'
    | 'state-limit'
    | 'execution-limit'
    | 'preemption-limit'
    | 'time-limit'
    | 'interrupted'
    | 'store-buffer';
  readonly found: Found | undefined;
  /** Distinct states of the last repetition, which is the one that counts. */
  readonly states: number;
  /** Transitions taken, over all repetitions. */
  readonly steps: number;
  /** Paths that came to an end, or to a state seen before. */
  readonly executions: number;
  readonly repetitions: number;
  /** Longest path, in transitions. */
  readonly depth: number;
}

/** Steps between two moments at which the caller may do something else. */
export const SLICE = 8192;

/** Yields now and then, so that its caller can look up.
 *  @param space at its beginning; left at a violation, or somewhere else. */
export function* search(space: Space, bounds: Bounds): Generator<void, SearchResult> {
  let steps = 0;
  let executions = 0;
  let repetitions = 0;
  let depth = 0;
  let earlierStates = 0;
  for (;;) {
    repetitions++;
    const states = new StateSet();
    /* Of each state on the way here: how to come back to it, where its choices begin, and which is next. */
    const marks: Mark[] = [];
    const firsts = new IntList();
    const nexts = new IntList();
    const choices = new IntList();
    const path = (): Transition[] => marks.map((_, level) => choices.values[nexts.values[level]! - 1]!);
    const finish = (stoppedBy: SearchResult['stoppedBy'], found?: Found): SearchResult => ({
      complete: stoppedBy === 'exhausted' || stoppedBy === 'violation',
      stoppedBy,
      found,
      states: states.size,
      steps,
      executions,
      repetitions,
      depth,
    });
    /** @returns the violation of the state that the space stands in. */
    const enter = (): Violation | undefined => {
      if (space.violation) return space.violation;
      if (!states.add(space.low, space.high) || space.isFinished) {
        executions++;
        return undefined;
      }
      const first = choices.length;
      space.addTransitions(choices);
      if (choices.length === first) return DEADLOCK;
      marks.push(space.mark());
      firsts.push(first);
      nexts.push(first);
      if (marks.length > depth) depth = marks.length;
      return undefined;
    };

    let violation = enter();
    while (violation === undefined && marks.length > 0 && !space.sharingGrew) {
      const level = marks.length - 1;
      const next = nexts.values[level]!;
      if (next === choices.length) {
        choices.length = firsts.values[level]!;
        marks.pop();
        firsts.length--;
        nexts.length--;
        continue;
      }
      if (next > firsts.values[level]!) space.rewind(marks[level]!);
      nexts.values[level] = next + 1;
      space.take(choices.values[next]!);
      steps++;
      if (earlierStates + states.size >= bounds.maxStates) return finish('state-limit');
      if (executions >= bounds.maxExecutions) return finish('execution-limit');
      if (steps % SLICE === 0) {
        yield;
        const over = bounds.over();
        if (over) return finish(over);
      }
      violation = enter();
    }
    if (violation) return finish('violation', { violation, schedule: path() });
    if (!space.sharingGrew) return finish(space.hasFilledBuffer ? 'store-buffer' : 'exhausted');
    earlierStates += states.size;
    space.beginAgain();
  }
}

const DEADLOCK: Violation = { kind: 'deadlock', cpu: 0, executed: 0, promised: 0 };
