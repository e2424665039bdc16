/** Depth first through the states of a space, each state once: from the beginning, or from a branch that another search
 *  has handed over. The machine is taken back step by step; a choice that leads to a state that was visited is not made. */
import { cpuOf, isCpuStep, isDrain, type Transition } from '../trace/schedule.js';
import { Choices, NO_CHOICE } from './choices.js';
import { KINDS, LEAF, type Leaf, UNKNOWN as UNKNOWN_LEAF } from './leaves.js';
import type { Mark, Space, Violation } from './space.js';
import { Moment } from './stateWords.js';
import { DEADLOCK } from './violations.js';

/* Bound here for the reason that leaves.ts gives. */
const UNKNOWN = UNKNOWN_LEAF;
const { kind: KIND, low: LOW, high: HIGH } = LEAF;
const ENDS_ALL = KINDS.endsAll;

/** The states that were visited. */
export interface VisitedStates {
  /** Are these the states that one search has entered or is about to enter, and no others? Only then does a state that is found
   *  here mean that what is behind it is looked at, and may steps sleep. */
  readonly isOwn: boolean;
  /** @returns true if the state was not among them before. */
  add(low: number, high: number): boolean;
}

/** Hashes are told apart by their last bits. */
const LIKE = 1 << 10;

/** Does a program go on, or something arrive that it has stored? */
function isOfProgram(transition: Transition): boolean {
  return isCpuStep(transition) || isDrain(transition);
}

/** A part of a search: the way to a state, and what has not been tried there. */
export interface Branch {
  readonly way: readonly Transition[];
  readonly choices: readonly Transition[];
}

/** A state on the way, and how to come back to it. */
class Level extends Moment {
  /** Where its choices begin, and which is next. */
  first = 0;
  next = 0;
  taken: Transition = 0;
  /** The cpus whose steps are done here, or will be when the next choice is made, as bits: see choices.ts. */
  done = 0;
}

export class DepthFirst {
  /** Transitions taken, or known to lead to a state seen before. */
  steps = 0;
  /** Paths that came to an end, or to a state seen before. */
  executions = 0;
  /** Longest path, in transitions. */
  depth = 0;
  /** States on the way here, from where it was resumed, that the search comes back to. */
  levels = 0;
  readonly #space: Space;
  readonly #visited: VisitedStates;
  /* How the search came to its first level, and the moments before each step and after the last. */
  #prefix: readonly Transition[] = [];
  readonly #onTheWay: Mark[];
  /* The first `levels` of these are the states on the way here; the others were, and will be used again. */
  readonly #levels: Level[] = [];
  readonly #choices: Choices;
  /* How many states on the way have a hash like this. */
  readonly #onTheWayLike = new Uint16Array(LIKE);
  /* Is everything behind the states that were visited looked at here, or has some of it been handed over? */
  #isWhole: boolean;

  /** @param space at its beginning. */
  constructor(space: Space, visited: VisitedStates, choices = new Choices(space)) {
    this.#space = space;
    this.#visited = visited;
    this.#choices = choices;
    this.#isWhole = visited.isOwn;
    this.#onTheWay = [space.mark()];
  }

  /** Enters the state that the space stands in, at the beginning.
   *  @returns what is wrong with it. */
  enter(): Violation | undefined {
    return this.#enter(NO_CHOICE, 0);
  }

  /** @param by the choice that has led here; NO_CHOICE at the beginning.
   *  @param done see `Choices.addPersistent`. */
  #enter(by: number, done: number): Violation | undefined {
    const space = this.#space;
    if (space.violation) return space.violation;
    if (this.#visited.add(space.low, space.high)) return this.#enterNew(by, done);
    this.executions++;
    return undefined;
  }

  /** The state was just added to those that were visited. */
  #enterNew(by: number, done: number): Violation | undefined {
    const space = this.#space;
    if (space.isFinished) {
      this.executions++;
      return undefined;
    }
    const choices = this.#choices;
    const here = this.#push();
    const asleep = choices.addPersistent(by, done);
    if (asleep !== 0) this.#sleep(here, asleep);
    // Where there is such a choice, nobody has to be asked.
    const goesOn =
      asleep !== 0 || (here.first < choices.length && isOfProgram(choices.transitions[here.first]!));
    if (!goesOn && space.enabled.isStuck) {
      this.#pop();
      return DEADLOCK;
    }
    const depth = this.#prefix.length + this.levels;
    if (depth > this.depth) this.depth = depth;
    return undefined;
  }

  /** @param cpus whose steps are known to lead to states that were visited, as bits. */
  #sleep(here: Level, cpus: number): void {
    const known = this.#space.leaves.values;
    for (let left = cpus; left !== 0; left &= left - 1) {
      this.steps++;
      this.executions++;
      const cpu = 31 - Math.clz32(left & -left);
      const to = here.low ^ known[this.#choices.step(cpu) + LOW]!;
      if (!this.#mayBeOnTheWay(to)) here.done |= 1 << cpu;
    }
  }

  /** Goes to a state that was entered before, to try what is left there; from where the way there parts with the last. */
  resume({ way, choices }: Branch): void {
    let common = 0;
    while (common < way.length && way[common] === this.#prefix[common]) common++;
    this.#space.rewind(this.#onTheWay[common]!);
    this.#onTheWay.length = common + 1;
    for (const transition of way.slice(common)) {
      this.#space.take(transition);
      this.#onTheWay.push(this.#space.mark());
    }
    this.#prefix = way;
    this.#isWhole = false;
    this.#push();
    this.#choices.addGiven(choices);
  }

  get isDone(): boolean {
    return this.levels === 0;
  }

  /** Goes on until so many steps have been taken in all, nothing is left, or something turns out to be shared.
   *  @returns what is wrong after the last step. */
  advance(until = this.steps + 1): Violation | undefined {
    const space = this.#space;
    const choices = this.#choices;
    while (this.levels !== 0 && this.steps < until && !space.sharingGrew) {
      const here = this.#levels[this.levels - 1]!;
      if (here.next === choices.length) {
        this.#pop();
        continue;
      }
      const choice = this.#firstUnvisited(here, until);
      if (choice === NO_CHOICE) continue;
      if (choice > here.first) space.rewind(here);
      here.taken = choices.transitions[choice]!;
      const leaf = choices.leafOf[choice]!;
      let violation: Violation | undefined;
      if (leaf === UNKNOWN) {
        space.take(here.taken);
        violation = this.#enter(choice, 0);
      } else {
        violation = space.follow(here.taken, leaf);
        const cpu = this.#cpuAsBit(here.taken, leaf);
        const done = cpu !== 0 && this.#isWhole ? here.done : 0;
        here.done |= cpu;
        if (violation === undefined) violation = this.#enterNew(choice, done);
      }
      if (violation) return violation;
    }
    return undefined;
  }

  /** Looks where the choices lead that a state has left: the first that leads to a state that was not visited, which counts as
   *  visited from then on, or is unknown.
   *  @returns NO_CHOICE where there is none, or so many steps have been taken before. */
  #firstUnvisited(here: Level, until: number): number {
    const visited = this.#visited;
    const known = this.#space.leaves.values;
    const { transitions, leafOf, length } = this.#choices;
    const { low, high, next } = here;
    const end = Math.min(length, next + until - this.steps);
    let choice = next;
    for (; choice < end; choice++) {
      const leaf = leafOf[choice]!;
      if (leaf === UNKNOWN) break;
      const to = low ^ known[leaf + LOW]!;
      if (visited.add(to, high ^ known[leaf + HIGH]!)) break;
      if (!this.#mayBeOnTheWay(to)) here.done |= this.#cpuAsBit(transitions[choice]!, leaf);
    }
    this.executions += choice - next;
    if (choice >= end) {
      this.steps += choice - next;
      here.next = choice;
      return NO_CHOICE;
    }
    this.steps += choice + 1 - next;
    here.next = choice + 1;
    return choice;
  }

  /** From the beginning to where the space stands. */
  get path(): Transition[] {
    return this.#wayTo(this.levels);
  }

  #wayTo(level: number): Transition[] {
    return [...this.#prefix, ...this.#levels.slice(0, level).map(({ taken }) => taken)];
  }

  /** Hands over the state that was just entered, with all of its choices, and goes back one level. */
  handOver(): Branch {
    this.#isWhole = false;
    const level = this.levels - 1;
    const { first } = this.#levels[level]!;
    const branch = { way: this.#wayTo(level), choices: this.#choices.between(first, this.#choices.length) };
    this.#pop();
    return branch;
  }

  /** Hands over all that has not been tried at the first level where there is something.
   *  @returns undefined where only the last level has. */
  split(): Branch | undefined {
    this.#isWhole = false;
    for (let level = 0; level < this.levels - 1; level++) {
      const here = this.#levels[level]!;
      const { next } = here;
      const end = this.#levels[level + 1]!.first;
      if (next === end) continue;
      here.next = end;
      return { way: this.#wayTo(level), choices: this.#choices.between(next, end) };
    }
    return undefined;
  }

  /** Is a state on the way here, and so not searched to its end? Perhaps, where others have a hash like it. */
  #mayBeOnTheWay(low: number): boolean {
    return this.#onTheWayLike[low & (LIKE - 1)] !== 0;
  }

  /** The cpu whose step it is; 0 where it is none, or might not be made where another choice leads: what the hardware does by
   *  itself may wait there, and after the last task has exited there are no steps. */
  #cpuAsBit(transition: Transition, leaf: Leaf): number {
    if (!isCpuStep(transition) || this.#space.leaves.values[leaf + KIND] === ENDS_ALL) return 0;
    return 1 << cpuOf(transition);
  }

  /** The state that the space stands in; its choices are still to come. */
  #push(): Level {
    if (this.levels === this.#levels.length) this.#levels.push(new Level());
    const level = this.#levels[this.levels++]!;
    this.#space.mark(level);
    level.first = this.#choices.length;
    level.next = level.first;
    level.done = 0;
    this.#onTheWayLike[level.low & (LIKE - 1)]!++;
    return level;
  }

  #pop(): void {
    const { first, low } = this.#levels[--this.levels]!;
    this.#choices.drop(first);
    this.#onTheWayLike[low & (LIKE - 1)]!--;
  }
}
