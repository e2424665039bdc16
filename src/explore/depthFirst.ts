/** Depth first through the states of a space, each state once: from the beginning, or from a branch that another search
 *  has handed over. The machine is taken back step by step; a choice that leads to a state that was visited is not made. */
import type { Transition } from '../trace/schedule.js';
import { Choices } from './choices.js';
import { IntList } from './intList.js';
import type { Mark, Space, Violation } from './space.js';
import { UNKNOWN } from './transitionTree.js';
import { DEADLOCK } from './violations.js';

/** The states that were visited. */
export interface VisitedStates {
  has(low: number, high: number): boolean;
  /** @returns true if the state was not among them before. */
  add(low: number, high: number): boolean;
}

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
  readonly #choices: Choices;

  /** @param space at its beginning. */
  constructor(space: Space, visited: VisitedStates, choices = new Choices(space)) {
    this.#space = space;
    this.#visited = visited;
    this.#choices = choices;
    this.#onTheWay = [space.mark()];
  }

  /** Enters the state that the space stands in.
   *  @returns what is wrong with it. */
  enter(): Violation | undefined {
    const space = this.#space;
    if (space.violation) return space.violation;
    if (!this.#visited.add(space.low, space.high) || space.isFinished) {
      this.executions++;
      return undefined;
    }
    if (space.enabled.isStuck) return DEADLOCK;
    const now = space.mark();
    const first = this.#choices.length;
    this.#choices.addPersistent(now);
    this.#push(first, now);
    return undefined;
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
    const now = this.#space.mark();
    this.#choices.addGiven(choices, now);
    this.#push(0, now);
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
    const leaf = choices.leaf(next);
    if (leaf !== UNKNOWN && this.#visited.has(space.lowAfter(leaf, mark), space.highAfter(leaf, mark))) {
      this.executions++;
      return undefined;
    }
    if (next > this.#firsts.values[level]!) space.rewind(mark);
    const transition = choices.transition(next);
    this.#taken.values[level] = transition;
    space.take(transition, leaf);
    return this.enter();
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

  #push(first: number, now: Mark): void {
    this.#marks.push(now);
    this.#firsts.push(first);
    this.#nexts.push(first);
    this.#taken.push(0);
    this.depth = Math.max(this.depth, this.#prefix.length + this.#marks.length);
  }

  /** @param first where the choices of the last level begin. */
  #pop(first: number): void {
    this.#choices.drop(first);
    this.#marks.pop();
    this.#firsts.length--;
    this.#nexts.length--;
    this.#taken.length--;
  }
}
