/** Sampling: schedules one after the other, each chosen by a scheduler with a seed, until one goes wrong or a bound ends
 *  it. For situations that are too large to look at every schedule.
 *
 *  An execution in which something turns out to be shared counts, and is not judged: its steps would mean something else to
 *  who knows (with weak memory, a cpu that is not known to load a word keeps no old value of it).
 *  Limit: it can show that something goes wrong, never that nothing does. */
import { IntList } from './intList.js';
import { StatesWalked } from './rememberedChoices.js';
import type { Found } from './search.js';
import type { Space, Violation } from './space.js';
import { DEADLOCK } from './violations.js';

/** Decides who goes next. */
export interface Scheduler {
  /** Before each execution. */
  begin(): void;
  /** @param possible transitions, at least one. @returns an index into it. */
  choose(possible: IntList): number;
}

export interface SampleBounds {
  readonly maxExecutions: number;
  /** Of one execution; a longer one counts, and is not gone on with. */
  readonly maxSteps: number;
  /** Asked before each execution: why it has to end here. */
  readonly over: () => 'time-limit' | 'interrupted' | undefined;
}

export interface SampleResult {
  /** Its steps mean something to a space that knows as much as this one. */
  readonly found: Found | undefined;
  readonly executions: number;
  readonly steps: number;
  /** Of the longest execution. */
  readonly depth: number;
  readonly stoppedBy: 'violation' | 'execution-limit' | 'time-limit' | 'interrupted';
}

/** Steps between two moments at which the caller may do something else; at the end of an execution. */
const SLICE = 8192;

/** @param space at its beginning; left somewhere else. */
export function* sample(
  space: Space,
  scheduler: Scheduler,
  bounds: SampleBounds,
): Generator<void, SampleResult> {
  const way = new IntList();
  const walked = new StatesWalked();
  space.beginAgain();
  let beginning = space.mark();
  let steps = 0;
  let depth = 0;
  let pause = SLICE;
  for (let executions = 0; executions < bounds.maxExecutions; executions++) {
    const over = bounds.over();
    if (over) return { found: undefined, executions, steps, depth, stoppedBy: over };
    if (steps >= pause) {
      pause = steps + SLICE;
      yield;
    }
    const violation = execute(space, scheduler, bounds.maxSteps, way, walked);
    steps += way.length;
    depth = Math.max(depth, way.length);
    if (space.sharingGrew) {
      walked.forget();
      space.beginAgain();
      beginning = space.mark();
      continue;
    }
    if (violation) {
      const found = { violation, schedule: Array.from(way.values.subarray(0, way.length)) };
      return { found, executions: executions + 1, steps, depth, stoppedBy: 'violation' };
    }
    space.rewind(beginning);
  }
  const { maxExecutions: executions } = bounds;
  return { found: undefined, executions, steps, depth, stoppedBy: 'execution-limit' };
}

/** One execution, from where the space stands.
 *  @param way filled with the transitions that were taken.
 *  @returns what goes wrong at its end. */
function execute(
  space: Space,
  scheduler: Scheduler,
  maxSteps: number,
  way: IntList,
  walked: StatesWalked,
): Violation | undefined {
  scheduler.begin();
  way.length = 0;
  while (way.length < maxSteps && !space.isFinished) {
    // Nothing is remembered for the rest of such an execution.
    if (space.sharingGrew) walked.forget();
    const here = walked.at(space);
    if (here.isStuck) return DEADLOCK;
    const index = scheduler.choose(here.possible);
    const transition = here.possible.values[index]!;
    way.push(transition);
    space.take(transition, here.leaf(index, space));
    if (space.violation) return space.violation;
  }
  return undefined;
}
