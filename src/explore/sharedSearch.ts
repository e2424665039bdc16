/** One of several searches of the same space: takes branches from the others, and gives some away where one of them has
 *  nothing to do.
 *
 *  Every state is entered by exactly one of them, so the states, the steps and the executions of all of them add up to
 *  those of one search alone. All begin with the same words known to be shared; where one finds another, all end, and
 *  begin again with what any of them knows. */
import { DepthFirst } from './depthFirst.js';
import { SharedStateSet } from './sharedStateSet.js';
import { END, SharedWork } from './sharedWork.js';
import type { Space } from './space.js';

export interface SharedSearchParts {
  readonly space: Space;
  /** From `SharedWork.allocate` and `SharedStateSet.allocate`. */
  readonly work: Int32Array;
  readonly states: Int32Array;
  readonly workers: number;
  readonly maxStates: number;
}

export interface SharedCounts {
  readonly steps: number;
  readonly executions: number;
  readonly depth: number;
  readonly states: number;
  readonly hasFilledBuffer: boolean;
}

/** Steps between two looks at the others. */
const LOOK_EVERY = 512;

/** Ends when all of them do. The first one enters the beginning; the others wait for branches. */
export function sharedSearch(
  { space, work: words, states, workers, maxStates }: SharedSearchParts,
  role: 'first' | 'other',
): SharedCounts {
  const work = new SharedWork(words, workers);
  const visited = new SharedStateSet(states);
  const room = SharedStateSet.room(states);
  const walk = new DepthFirst(space, visited);
  let counted = 0;
  /** Tells the others what there is to tell. */
  const look = (): void => {
    const all = work.countStates(visited.added - counted);
    counted = visited.added;
    if (all >= maxStates) work.end(END.stateLimit);
    else if (all >= room) work.end(END.full);
    if (!work.isWanted) return;
    const branch = walk.split();
    if (branch) work.give(branch);
  };
  const finishBranch = (): void => {
    while (!walk.isDone) {
      if (walk.advance(walk.steps + LOOK_EVERY)) return work.end(END.violation);
      if (space.sharingGrew) return work.end(END.sharingGrew);
      look();
      if (work.ended !== END.no) return;
    }
  };
  if (role === 'first') {
    if (walk.enter()) work.end(END.violation);
    else if (space.sharingGrew) work.end(END.sharingGrew);
    else finishBranch();
  }
  while (work.ended === END.no) {
    const branch = work.take();
    if (!branch) break;
    walk.resume(branch);
    finishBranch();
  }
  work.countStates(visited.added - counted);
  const { steps, executions, depth } = walk;
  return { steps, executions, depth, states: visited.added, hasFilledBuffer: space.hasFilledBuffer };
}
