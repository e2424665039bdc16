/** Depth first through the states of a space, each state once: from the beginning, or from a branch that another search
 *  has handed over. The machine is taken back step by step; a choice that leads to a state that was visited is not made. */
import { cpuOf, isCpuStep, type Transition } from '../trace/schedule.js';
import { Choices, NO_CHOICE } from './choices.js';
import { IntList } from './intList.js';
import type { Mark, Space, Violation } from './space.js';
import { type Leaf, UNKNOWN } from './transitionTree.js';
import { DEADLOCK } from './violations.js';

/** The states that were visited. */
export interface VisitedStates {
  /** Are these the states that one search has entered, and no others? */
  readonly isOwn: boolean;
  has(low: number, high: number): boolean;
  /** @returns true if the state was not among them before. */
  add(low: number, high: number): boolean;
}

/** Hashes are told apart by their last bits. */
const LIKE = 1 << 10;

/** A part of a search: the way to a state, and what has not been tried there. */
export interface Branch {
  readonly way: readonly Transition[];
  readonly choices: readonly Transition[];
}

export class DepthFirst {
  /** Transitions taken, or known to lead to a state seen before. */
  steps = 0;
  /** Paths that came to an end, or to a state seen before. */
  executions = 0;
  /** Longest path, in transitions. */
  depth = 0;
  readonly #space: Space;
  readonly #visited: VisitedStates;
  /* How the search came to its first level, and the moments before each step and after the last. */
  #prefix: readonly Transition[] = [];
  readonly #onTheWay: Mark[];
  /* Of each state on the way here: how to come back to it, where its choices begin, which is next, and which was taken. */
  readonly #marks: Mark[] = [];
  readonly #firsts = new IntList();
  readonly #nexts = new IntList();
  readonly #taken = new IntList();
  /* Of each state on the way here, as bits over cpus: everything behind their steps is known, or will be when the next choice is
   * made there. */
  readonly #done = new IntList();
  readonly #choices: Choices;
  /* How many states on the way have a hash like this. */
  readonly #onTheWayLike = new Uint16Array(LIKE);
  /* Has no part of the search been handed over? */
  #isWhole: boolean;

  /** @param space at its beginning. */
  constructor(space: Space, visited: VisitedStates, choices = new Choices(space)) {
    this.#space = space;
    this.#visited = visited;
    this.#choices = choices;
    this.#isWhole = visited.isOwn;
    this.#onTheWay = [space.mark()];
  }

  /** Enters the state that the space stands in.
   *  @param by the choice that has led here; NO_CHOICE at the beginning.
   *  @param done see `Choices.addPersistent`.
   *  @returns what is wrong with it. */
  enter(by = NO_CHOICE, done = 0): Violation | undefined {
    const space = this.#space;
    if (space.violation) return space.violation;
    if (!this.#visited.add(space.low, space.high) || space.isFinished) {
      this.executions++;
      return undefined;
    }
    const now = space.mark();
    const choices = this.#choices;
    const first = choices.length;
    const asleep = choices.addPersistent(now, by, done);
    for (let left = asleep; left !== 0; left &= left - 1) {
      this.steps++;
      this.executions++;
    }
    this.#push(first, now, asleep);
    const hasStep = asleep !== 0 || (first < choices.length && isCpuStep(choices.transition(first)));
    return !hasStep && space.enabled.isStuck ? DEADLOCK : undefined;
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
    const now = this.#space.mark();
    this.#choices.addGiven(choices, now);
    this.#push(0, now, 0);
  }

  get isDone(): boolean {
    return this.#marks.length === 0;
  }

  /** Takes the next step, or goes back one level where there is none.
   *  @returns what is wrong after the step. */
  advance(): Violation | undefined {
    const space = this.#space;
    const choices = this.#choices;
    const level = this.#marks.length - 1;
    const next = this.#nexts.values[level]!;
    if (next === choices.length) {
      this.#pop(this.#firsts.values[level]!);
      return undefined;
    }
    const mark = this.#marks[level]!;
    this.#nexts.values[level] = next + 1;
    this.steps++;
    const transition = choices.transition(next);
    const leaf = choices.leaf(next);
    const cpu = this.#cpuAsBit(transition, leaf);
    if (leaf !== UNKNOWN) {
      const low = space.tree.low(leaf, mark);
      if (this.#visited.has(low, space.tree.high(leaf, mark))) {
        this.executions++;
        // A state on the way here is still being searched.
        if (this.#onTheWayLike[low & (LIKE - 1)] === 0) this.#done.values[level]! |= cpu;
        return undefined;
      }
    }
    if (next > this.#firsts.values[level]!) space.rewind(mark);
    this.#taken.values[level] = transition;
    space.take(transition, leaf);
    const done = cpu !== 0 && this.#isWhole ? this.#done.values[level]! : 0;
    // When the next choice is made here.
    this.#done.values[level]! |= cpu;
    return this.enter(next, done);
  }

  /** From the beginning to where the space stands. */
  get path(): Transition[] {
    return [...this.#prefix, ...this.#taken.values.subarray(0, this.#marks.length)];
  }

  /** States on the way here, from where it was resumed, that the search comes back to. */
  get levels(): number {
    return this.#marks.length;
  }

  /** Hands over the state that was just entered, with all of its choices, and goes back one level. */
  handOver(): Branch {
    this.#isWhole = false;
    const level = this.#marks.length - 1;
    const first = this.#firsts.values[level]!;
    const branch = {
      way: this.#prefix.concat(Array.from(this.#taken.values.subarray(0, level))),
      choices: this.#choices.between(first, this.#choices.length),
    };
    this.#pop(first);
    return branch;
  }

  /** Hands over all that has not been tried at the first level where there is something.
   *  @returns undefined where only the last level has. */
  split(): Branch | undefined {
    this.#isWhole = false;
    for (let level = 0; level < this.#marks.length - 1; level++) {
      const next = this.#nexts.values[level]!;
      const end = this.#firsts.values[level + 1]!;
      if (next === end) continue;
      this.#nexts.values[level] = end;
      return {
        way: [...this.#prefix, ...this.#taken.values.subarray(0, level)],
        choices: this.#choices.between(next, end),
      };
    }
    return undefined;
  }

  /** The cpu whose step it is; 0 where it is none, or might not be made where another choice leads: what the hardware does by
   *  itself may wait there, and after the last task has exited there are no steps. */
  #cpuAsBit(transition: Transition, leaf: Leaf): number {
    if (leaf === UNKNOWN || !isCpuStep(transition) || this.#space.tree.endsAll(leaf)) return 0;
    return 1 << cpuOf(transition);
  }

  #push(first: number, now: Mark, done: number): void {
    this.#marks.push(now);
    this.#firsts.push(first);
    this.#nexts.push(first);
    this.#taken.push(0);
    this.#done.push(done);
    this.#onTheWayLike[now.low & (LIKE - 1)]!++;
    this.depth = Math.max(this.depth, this.#prefix.length + this.#marks.length);
  }

  /** @param first where the choices of the last level begin. */
  #pop(first: number): void {
    this.#choices.drop(first);
    this.#onTheWayLike[this.#marks.pop()!.low & (LIKE - 1)]!--;
    this.#firsts.length--;
    this.#nexts.length--;
    this.#taken.length--;
    this.#done.length--;
  }
}
