/** Exhaustive search: every transition from every state, each state once.
 *
 *  Depth first, with the machine taken back step by step. The search is repeated from the start as long as it finds
 *  words to be shared that it had taken for private; only a search that finds none is complete.
 *
 *  Source: explicit-state model checking with hashed states (Holzmann, "The Model Checker SPIN", 1997). */
import type { Transition } from '../trace/schedule.js';
import type { Mark, Space, Violation } from './space.js';
import { StateSet } from './stateSet.js';

export interface Bounds {
  /** Distinct states to visit, added up over all repetitions. */
  readonly maxStates: number;
  /** Asked now and then; true ends the search. Time is the caller's business. */
  readonly isOver: () => boolean;
}

export interface Found {
  readonly violation: Violation;
  readonly schedule: readonly Transition[];
}

export interface SearchResult {
  /** Every state was visited, or a violation was found. */
  readonly complete: boolean;
  readonly stoppedBy: 'exhausted' | 'violation' | 'state-limit' | 'time-limit';
  readonly found: Found | undefined;
  /** Distinct states of the last repetition. */
  readonly states: number;
  /** Transitions taken, over all repetitions. */
  readonly steps: number;
  /** Paths that came to an end, or to a state seen before. */
  readonly executions: number;
  readonly repetitions: number;
  /** Longest path, in transitions. */
  readonly depth: number;
}

interface Node {
  readonly mark: Mark;
  readonly choices: readonly Transition[];
  next: number;
}

const ASK_EVERY = 1024;

/** @param makeSpace a fresh space that knows what the previous one found to be shared. */
export function search(makeSpace: (previous: Space | undefined) => Space, bounds: Bounds): SearchResult {
  let steps = 0;
  let executions = 0;
  let repetitions = 0;
  let depth = 0;
  let earlierStates = 0;
  let space: Space | undefined;
  for (;;) {
    space = makeSpace(space);
    repetitions++;
    const states = new StateSet();
    const path: Transition[] = [];
    const stack: Node[] = [];
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
    const enter = (): Found | undefined => {
      if (space!.violation) return { violation: space!.violation, schedule: [...path] };
      if (!states.add(space!.low, space!.high) || space!.isFinished) {
        executions++;
        return undefined;
      }
      const choices = space!.transitions();
      if (choices.length === 0) {
        const violation: Violation = { kind: 'deadlock', cpu: 0, executed: 0, promised: 0 };
        return { violation, schedule: [...path] };
      }
      stack.push({ mark: space!.mark(), choices, next: 0 });
      if (stack.length > depth) depth = stack.length;
      return undefined;
    };

    let found = enter();
    if (found) return finish('violation', found);
    while (stack.length > 0) {
      const node = stack[stack.length - 1]!;
      if (node.next === node.choices.length) {
        stack.pop();
        path.pop();
        continue;
      }
      if (node.next > 0) space.rewind(node.mark);
      const transition = node.choices[node.next++]!;
      path.length = stack.length - 1;
      path.push(transition);
      space.take(transition);
      steps++;
      if (earlierStates + states.size >= bounds.maxStates) return finish('state-limit');
      if (steps % ASK_EVERY === 0 && bounds.isOver()) return finish('time-limit');
      found = enter();
      if (found) return finish('violation', found);
    }
    if (!space.sharingGrew) return finish('exhausted');
    earlierStates += states.size;
  }
}
