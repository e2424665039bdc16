/** What a search tries in each state on its way: a persistent set of the transitions that are possible there.
 *
 *  What the hardware does by itself, fetch code for a cpu or deliver an interrupt to it, can wait until somebody is about to do
 *  something to which it makes a difference. It is left out of the choices of a state
 *
 *      fetches of a cpu     while nothing else that is possible changes code, uses what this cpu has fetched, or changes
 *                           its address space
 *      a delivery to a cpu  while nothing else that is possible looks at its pending interrupts or sends it one, and the cpu
 *                           can go on without it
 *
 *  Of any way from there to a violation, the first transition that is not left out can be moved to the front: those before
 *  it neither make it possible nor make a difference to it. So every violation is still found, and every state in which
 *  nobody can go on. Final states may differ in what has been fetched, which nobody executes any more.
 *
 *  To know that, what all the others do is found out before one of them is tried. One that goes wrong is tried first.
 *
 *  Source: persistent sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", LNCS 1032), from
 *  what transitions do instead of what they may do: what the hardware does by itself has no future of its own.
 *  Limit: only fetches and deliveries wait. */
import { cpuOf, isCpuStep, type Transition } from '../trace/schedule.js';
import { ALL_CPUS } from './enabled.js';
import { IntList } from './intList.js';
import type { Mark, Space } from './space.js';
import { type Leaf, UNKNOWN } from './transitionTree.js';

export class Choices {
  readonly #space: Space;
  readonly #transitions = new IntList();
  /* What each of them does. */
  readonly #leaves = new IntList();

  constructor(space: Space) {
    this.#space = space;
  }

  /** Of all the states on the way. */
  get length(): number {
    return this.#transitions.length;
  }

  transition(choice: number): Transition {
    return this.#transitions.values[choice]!;
  }

  leaf(choice: number): Leaf {
    return this.#leaves.values[choice]!;
  }

  /** Those from a choice up to another one. */
  between(first: number, end: number): Transition[] {
    return Array.from(this.#transitions.values.subarray(first, end));
  }

  /** Appends what is to be tried in the state that the space stands in now. */
  addPersistent(now: Mark): void {
    const space = this.#space;
    const transitions = this.#transitions;
    const first = transitions.length;
    space.enabled.addSteps(transitions);
    const stepsEnd = transitions.length;
    this.#findOut(first, now);
    space.enabled.addWriteBacks(transitions);
    const end = transitions.length;
    this.#findOut(stepsEnd, now);
    let fetches = 0;
    let deliveries = 0;
    let runnable = 0;
    for (let choice = first; choice < end; choice++) {
      const transition = transitions.values[choice]!;
      const leaf = this.#leaves.values[choice]!;
      if (isCpuStep(transition)) runnable |= 1 << cpuOf(transition);
      fetches |= leaf === UNKNOWN ? ALL_CPUS : space.dependentFetches(leaf);
      deliveries |= leaf === UNKNOWN ? ALL_CPUS : space.dependentDeliveries(leaf);
    }
    // Write-backs come last: what goes wrong goes wrong without them, and depth first that is seen sooner.
    transitions.length = stepsEnd;
    space.enabled.addDeliveries(deliveries | ~runnable, transitions);
    space.enabled.addFetches(fetches, transitions);
    space.enabled.addWriteBacks(transitions);
    this.#findOut(stepsEnd, now);
  }

  /** Appends what somebody else has left to be tried in the state that the space stands in now. */
  addGiven(given: readonly Transition[], now: Mark): void {
    const first = this.length;
    for (const transition of given) this.#transitions.push(transition);
    this.#findOut(first, now);
  }

  /** Takes back those from `first` on. */
  drop(first: number): void {
    this.#transitions.length = first;
  }

  /** What the choices from `first` on do. One that goes wrong stays unknown, and comes first. */
  #findOut(first: number, now: Mark): void {
    const end = this.#transitions.length;
    this.#leaves.grow(end);
    for (let choice = first; choice < end; choice++) {
      const transition = this.#transitions.values[choice]!;
      const leaf = this.#leafOf(transition, now);
      let at = choice;
      if (leaf === UNKNOWN) {
        this.#transitions.values[choice] = this.#transitions.values[first]!;
        this.#leaves.values[choice] = this.#leaves.values[first]!;
        at = first;
      }
      this.#transitions.values[at] = transition;
      this.#leaves.values[at] = leaf;
    }
  }

  #leafOf(transition: Transition, now: Mark): Leaf {
    const space = this.#space;
    const known = space.find(transition);
    if (known !== UNKNOWN) return known;
    space.take(transition);
    space.violation = undefined;
    space.rewind(now);
    return space.find(transition);
  }
}
