/** Sampling: schedules one after the other, each chosen by a scheduler with a seed, until one goes wrong or a bound ends
 *  it. For situations that are too large to look at every schedule.
 *
 *  Limit: it can show that something goes wrong, never that nothing does. */
import type { Transition } from '../trace/schedule.js';
import { IntList } from './intList.js';
import type { Found } from './search.js';
import type { Space } from './space.js';
import { DEADLOCK } from './violations.js';

/** Decides who goes next. */
export interface Scheduler {
  /** Before each execution. */
  begin(): void;
  /** @param possible at least one. @returns an index into it. */
  choose(possible: readonly Transition[]): number;
}

export interface SampleBounds {
  readonly maxExecutions: number;
  /** Of one execution; a longer one counts, and is not gone on with. */
  readonly maxSteps: number;
  /** Asked before each execution: why it has to end here. */
  readonly over: () => 'time-limit' | 'interrupted' | undefined;
}

export interface SampleResult {
  readonly found: Found | undefined;
  readonly executions: number;
  readonly steps: number;
  /** Of the longest execution. */
  readonly depth: number;
  readonly stoppedBy: 'violation' | 'execution-limit' | 'time-limit' | 'interrupted';
}

/** Executions between two moments at which the caller may do something else. */
const SLICE = 32;

/** @param space of single accesses, at its beginning; left somewhere else. */
export function* sample(
  space: Space,
  scheduler: Scheduler,
  bounds: SampleBounds,
): Generator<void, SampleResult> {
  let steps = 0;
  let depth = 0;
  for (let executions = 0; executions < bounds.maxExecutions; executions++) {
    const over = bounds.over();
    if (over) return { found: undefined, executions, steps, depth, stoppedBy: over };
    if (executions % SLICE === SLICE - 1) yield;
    const { found, schedule } = execution(space, scheduler, bounds.maxSteps);
    steps += schedule.length;
    depth = Math.max(depth, schedule.length);
    if (found) return { found, executions: executions + 1, steps, depth, stoppedBy: 'violation' };
  }
  const { maxExecutions: executions } = bounds;
  return { found: undefined, executions, steps, depth, stoppedBy: 'execution-limit' };
}

function execution(
  space: Space,
  scheduler: Scheduler,
  maxSteps: number,
): { readonly found: Found | undefined; readonly schedule: Transition[] } {
  const schedule: Transition[] = [];
  const possible = new IntList();
  space.beginAgain();
  scheduler.begin();
  while (schedule.length < maxSteps && !space.isFinished) {
    if (space.enabled.isStuck) return { found: { violation: DEADLOCK, schedule }, schedule };
    possible.length = 0;
    space.enabled.addAll(possible);
    const choices = Array.from(possible.values.subarray(0, possible.length));
    const transition = choices[scheduler.choose(choices)]!;
    schedule.push(transition);
    space.take(transition);
    if (space.violation) return { found: { violation: space.violation, schedule }, schedule };
  }
  return { found: undefined, schedule };
}
