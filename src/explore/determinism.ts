/** Is the machine all there is? A schedule that is run twice has to come to the same states.
 *
 *  A policy or a program that keeps something outside the machine's words (a counter in a closure, chance, the clock,
 *  the order of a Map) makes states that are not what their hash says, and an exploration of them means nothing.
 *
 *  Source: the uncontrolled-nondeterminism check of shuttle (awslabs/shuttle), which replays each schedule once.
 *  Limit: what the sampled paths do not come across is not found. */
import { LabError } from '../base/errors.js';
import { Random } from '../base/random.js';
import { printSchedule, type Transition } from '../trace/schedule.js';
import type { Space, Violation } from './space.js';
import { DEADLOCK } from './violations.js';
import type { WitnessStep } from './witness.js';

const PATHS = 3;
const STEPS = 300;

/** Runs random paths twice: forward, then on another space with each step taken back and taken again, and every
 *  routine run again from its beginning.
 *  @param makeSpace a fresh one at its beginning each time; all knowing the same to be shared.
 *  @throws {LabError} E_NONDETERMINISM naming the first step after which the two differ. */
export function checkSampledPaths(makeSpace: () => Space, seed: number): void {
  for (let path = 0; path < PATHS; path++) {
    const walked = walk(madeByTheMachine(makeSpace()), new Random(seed + path));
    compare(walked, retrace(madeByTheMachine(makeSpace()), walked.schedule));
  }
}

/** The same for one schedule.
 *  @throws {LabError} E_NONDETERMINISM */
export function checkSchedule(makeSpace: () => Space, schedule: readonly Transition[]): void {
  const space = madeByTheMachine(makeSpace());
  const hashes = schedule.map((transition) => {
    if (!space.isPossible(transition)) return IMPOSSIBLE;
    space.take(transition);
    return hashOf(space);
  });
  compare({ schedule, hashes }, retrace(madeByTheMachine(makeSpace()), schedule));
}

/** Does what was found go wrong when the machine makes it again?
 *  @param space where the last of the steps has led.
 *  @param steps the schedule, told. */
export function checkWitness(space: Space, steps: readonly WitnessStep[], { kind }: Violation): void {
  const isSeen =
    kind === DEADLOCK.kind ? space.enabled.isStuck : steps.some(({ violation }) => violation?.kind === kind);
  if (!isSeen)
    throw new Error(`what was found (${kind}) does not happen when its ${steps.length} steps are made again`);
}

/** While somebody asks what happens, nothing is taken for known. */
function madeByTheMachine(space: Space): Space {
  space.log = [];
  return space;
}

interface Walk {
  readonly schedule: readonly Transition[];
  /** Of the state after each step. */
  readonly hashes: readonly string[];
}

const IMPOSSIBLE = 'impossible';
const DIFFERENT = 'a routine that is run again does something else';

function hashOf(space: Space): string {
  return `${space.low >>> 0} ${space.high >>> 0} ${space.violation?.kind ?? ''}`;
}

function walk(space: Space, random: Random): Walk {
  const schedule: Transition[] = [];
  const hashes: string[] = [];
  while (schedule.length < STEPS && !space.isFinished && !space.violation) {
    const choices = space.transitions();
    if (choices.length === 0) break;
    const transition = choices[random.below(choices.length)]!;
    space.take(transition);
    schedule.push(transition);
    hashes.push(hashOf(space));
  }
  return { schedule, hashes };
}

function retrace(space: Space, schedule: readonly Transition[]): readonly string[] {
  return schedule.map((transition) => {
    if (!space.isPossible(transition)) return IMPOSSIBLE;
    const mark = space.mark();
    space.take(transition);
    space.rewind(mark);
    space.violation = undefined;
    space.take(transition);
    return space.differingCpu() === undefined ? hashOf(space) : DIFFERENT;
  });
}

function compare({ schedule, hashes }: Walk, again: readonly string[]): void {
  const at = schedule.findIndex((_, index) => hashes[index] !== again[index] || again[index] === IMPOSSIBLE);
  if (at < 0) return;
  throw new LabError(
    'E_NONDETERMINISM',
    `the same schedule came to two different states at step ${at + 1} of ${schedule.length}: ` +
      printSchedule(schedule.slice(0, at + 1)),
    'Something decides that is not in the machine: chance, time, or a variable outside its words. Keep it in the machine.',
  );
}
