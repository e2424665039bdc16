/** Makes a schedule that goes wrong shorter: fewer preemptions first, then fewer steps, the same kind of violation.
 *
 *  Steps are left out in ever smaller pieces; what cannot happen any more without them is left out too. In between, a
 *  cpu that was preempted is let go on for longer. It ends where nothing more can be left out.
 *
 *  Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002 (ddmin).
 *  Limit: the result is a local minimum. Where the situation can be explored, `explore` finds the shortest there is. */
import { cpuOf, isCpuStep, type Transition } from '../trace/schedule.js';
import type { Space, Violation } from './space.js';

export interface Shrunk {
  readonly schedule: readonly Transition[];
  readonly preemptions: number;
  readonly violation: Violation;
  /** Schedules tried. */
  readonly attempts: number;
  /** Nothing more can be left out; else the bound came first. */
  readonly isMinimal: boolean;
}

/** @param space of single accesses.
 *  @param isOver asked before each attempt.
 *  @returns undefined where the schedule, as far as it can happen, goes wrong nowhere. */
export function shrink(
  space: Space,
  schedule: readonly Transition[],
  isOver: () => boolean,
): Shrunk | undefined {
  const first = attempt(space, schedule);
  if (!first) return undefined;
  const { kind } = first.violation;
  let best = first;
  let attempts = 1;
  let isCut = false;
  /** @returns whether it is better than the best so far. */
  const tryOut = (candidate: readonly Transition[]): boolean => {
    if (isOver()) {
      isCut = true;
      return false;
    }
    attempts++;
    const tried = attempt(space, candidate);
    if (!tried || tried.violation.kind !== kind || !isBetter(tried, best)) return false;
    best = tried;
    return true;
  };
  for (let isSmaller = true; isSmaller && !isCut; ) {
    isSmaller = leaveOut(() => best.schedule, tryOut);
    isSmaller = joinRuns(() => best.schedule, tryOut) || isSmaller;
  }
  return { ...best, attempts, isMinimal: !isCut };
}

interface Attempt {
  readonly schedule: readonly Transition[];
  readonly preemptions: number;
  readonly violation: Violation;
}

function isBetter(one: Attempt, other: Attempt): boolean {
  if (one.preemptions !== other.preemptions) return one.preemptions < other.preemptions;
  return one.schedule.length < other.schedule.length;
}

/** Runs what can happen of a schedule. @returns what happened, where it goes wrong. */
function attempt(space: Space, wanted: readonly Transition[]): Attempt | undefined {
  space.beginAgain();
  const schedule: Transition[] = [];
  let preemptions = 0;
  let last = -1;
  for (const transition of wanted) {
    if (!space.isPossible(transition)) continue;
    if (isCpuStep(transition)) {
      const cpu = cpuOf(transition);
      if (last >= 0 && last !== cpu && space.enabled.mayStep(last)) preemptions++;
      last = cpu;
    }
    schedule.push(transition);
    space.take(transition);
    if (space.violation) return { schedule, preemptions, violation: space.violation };
  }
  return undefined;
}

type TryOut = (candidate: readonly Transition[]) => boolean;

/** ddmin: leaves out a half, a quarter, and so on, down to single steps. */
function leaveOut(schedule: () => readonly Transition[], tryOut: TryOut): boolean {
  let isSmaller = false;
  for (let size = schedule().length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < schedule().length; ) {
      const now = schedule();
      if (tryOut([...now.slice(0, from), ...now.slice(from + size)])) isSmaller = true;
      else from += size;
    }
  }
  return isSmaller;
}

/** Moves the next steps of a cpu to where it was left, so that it goes on instead of being preempted. */
function joinRuns(schedule: () => readonly Transition[], tryOut: TryOut): boolean {
  let isSmaller = false;
  for (let at = 1; at < schedule().length; at++) {
    const now = schedule();
    const before = now[at - 1]!;
    if (!isCpuStep(before) || now[at] === before) continue;
    const next = now.indexOf(before, at);
    if (next < 0) continue;
    let end = next;
    while (now[end] === before) end++;
    const joined = [...now.slice(0, at), ...now.slice(next, end), ...now.slice(at, next), ...now.slice(end)];
    if (tryOut(joined)) isSmaller = true;
  }
  return isSmaller;
}
