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
 *  A step of a cpu is left out as well where it is known to lead to a state that was visited, without looking that up: it
 *  sleeps. Say that the step x of a cpu leads from s to s', that the step c of another cpu is done in s, and that neither does
 *  anything else after the other. Then c leads from s' to where x leads from u, the state behind c in s. That u is done means
 *  that it was visited, and is not on the way here any more: so x was tried there, or slept there, and what is behind it was
 *  visited either way. It has to be a step, since what the hardware does by itself may wait in u; and nothing of u may have
 *  been handed over to another search.
 *
 *  Source: persistent sets and sleep sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems",
 *  LNCS 1032), from what transitions do instead of what they may do: what the hardware does by itself has no future of its own.
 *  Limit: only fetches and deliveries wait, and only steps of cpus sleep. */
import type { CpuId } from '../base/ids.js';
import { cpuOf, cpuStep, printSchedule, type Transition } from '../trace/schedule.js';
import { NOBODY } from './commonWords.js';
import { ALL_CPUS as ALL } from './enabled.js';
import { IntList } from './intList.js';
import { IMPOSSIBLE as IMPOSSIBLE_LEAF, KINDS, LEAF, type Leaf, UNKNOWN as UNKNOWN_LEAF } from './leaves.js';
import type { Space } from './space.js';

/* Bound here for the reason that leaves.ts gives. */
const UNKNOWN = UNKNOWN_LEAF;
const IMPOSSIBLE = IMPOSSIBLE_LEAF;
const CANNOT = KINDS.impossible;
const { kind: KIND, fetches: FETCHES, deliveries: DELIVERIES } = LEAF;
const { touchedLow: TOUCHED_LOW, touchedHigh: TOUCHED_HIGH } = LEAF;
const { writtenLow: WRITTEN_LOW, writtenHigh: WRITTEN_HIGH } = LEAF;
const ALL_CPUS = ALL;

/** In place of a choice. */
export const NO_CHOICE = -1;

export class Choices {
  readonly #space: Space;
  readonly #cpus: number;
  readonly #transitions = new IntList();
  /* What each of them does. */
  readonly #leaves = new IntList();
  /* Of all the states on the way, by cpu: what its step does. */
  readonly #steps = new IntList();
  /* Of the state that is looked at: the cpus whose fetches, and whose deliveries, depend on what is possible, as bits. */
  #fetches = 0;
  #deliveries = 0;

  constructor(space: Space) {
    this.#space = space;
    this.#cpus = space.spec.cpus;
  }

  /** Of all the states on the way. */
  get length(): number {
    return this.#transitions.length;
  }

  /** By choice, up to `length`. Another array after some were added. */
  get transitions(): Int32Array {
    return this.#transitions.values;
  }

  /** What each of them does; in the same way. */
  get leafOf(): Int32Array {
    return this.#leaves.values;
  }

  /** What the step of a cpu does in the last state. */
  step(cpu: CpuId): Leaf {
    return this.#steps.values[this.#steps.length - this.#cpus + cpu]!;
  }

  /** Those from a choice up to another one. */
  between(first: number, end: number): Transition[] {
    return Array.from(this.#transitions.values.subarray(first, end));
  }

  /** Appends what is to be tried in the state that the space stands in now.
   *  @param by the choice that has led here from the state before; NO_CHOICE where that is not on the way.
   *  @param done the cpus whose steps are done in the state before, as bits; none where what has led here is no step.
   *  @returns the cpus whose steps sleep here, and are left out. */
  addPersistent(by = NO_CHOICE, done = 0): number {
    const space = this.#space;
    const { enabled } = space;
    const transitions = this.#transitions;
    const first = transitions.length;
    this.#fetches = 0;
    this.#deliveries = 0;
    if (space.isWeaklyOrdered) {
      enabled.addDrains(transitions);
      this.#findOut(first, first);
    }
    let asleep = 0;
    if (enabled.hasEnded) this.#addNoSteps();
    else asleep = this.#addCpuSteps(first, by, done);
    if (space.isWeaklyOrdered) {
      const loads = transitions.length;
      enabled.addLoads(transitions);
      this.#findOut(loads, first);
    }
    const stepsEnd = transitions.length;
    enabled.addWriteBacks(transitions);
    const end = transitions.length;
    this.#findOut(stepsEnd, stepsEnd);
    // Fetches depend on write-backs, which come behind them all the same: what goes wrong goes wrong without them, and depth
    // first that is seen sooner.
    transitions.length = stepsEnd;
    if (this.#deliveries !== 0) enabled.addDeliveries(this.#deliveries, transitions);
    if (this.#fetches !== 0) enabled.addFetches(this.#fetches, transitions);
    if (end > stepsEnd) enabled.addWriteBacks(transitions);
    this.#findOut(stepsEnd, stepsEnd);
    return asleep;
  }

  #addNoSteps(): void {
    const steps = this.#steps;
    const here = steps.length;
    steps.grow(here + this.#cpus);
    steps.values.fill(IMPOSSIBLE, here, here + this.#cpus);
  }

  /** The step of a cpu does the same as in the state before, where it does not depend on what has led here.
   *  @returns those that sleep. */
  #addCpuSteps(first: number, by: number, done: number): number {
    const space = this.#space;
    const cpus = this.#cpus;
    const here = this.#steps.length;
    const above = here - cpus;
    let choice = this.#transitions.length;
    this.#steps.grow(here + cpus);
    this.#transitions.grow(choice + cpus);
    this.#leaves.grow(choice + cpus);
    const steps = this.#steps.values;
    const transitions = this.#transitions.values;
    const leaves = this.#leaves.values;
    let known = space.leaves.values;
    // What has led here: by whom, and the common words that it reads or writes. What is learnt below adds no bit that matters:
    // two leaves of different cpus have had theirs since the second of them was learnt.
    const made = by === NO_CHOICE ? UNKNOWN : leaves[by]!;
    const changed = made === UNKNOWN ? NOBODY : cpuOf(transitions[by]!);
    const touchedLow = made === UNKNOWN ? 0 : known[made + TOUCHED_LOW]!;
    const touchedHigh = made === UNKNOWN ? 0 : known[made + TOUCHED_HIGH]!;
    const writtenLow = made === UNKNOWN ? 0 : known[made + WRITTEN_LOW]!;
    const writtenHigh = made === UNKNOWN ? 0 : known[made + WRITTEN_HIGH]!;
    let fetches = this.#fetches;
    let deliveries = this.#deliveries;
    let asleep = 0;
    for (let cpu = 0; cpu < cpus; cpu++) {
      const bit = 1 << cpu;
      const step = cpuStep(cpu);
      let leaf = made === UNKNOWN || cpu === changed ? UNKNOWN : steps[above + cpu]!;
      const isUnchanged =
        leaf >= 0 &&
        ((known[leaf + TOUCHED_LOW]! & writtenLow) | (known[leaf + TOUCHED_HIGH]! & writtenHigh)) === 0;
      if (!isUnchanged) {
        leaf = space.findOut(step);
        known = space.leaves.values;
      }
      steps[here + cpu] = leaf;
      if (leaf === UNKNOWN) {
        fetches = ALL_CPUS;
        deliveries = ALL_CPUS;
        this.#place(choice++, first, step, leaf);
      } else if (leaf === IMPOSSIBLE || known[leaf + KIND] === CANNOT) {
        // It may have to be interrupted to go on.
        deliveries |= bit;
      } else {
        fetches |= known[leaf + FETCHES]!;
        deliveries |= known[leaf + DELIVERIES]!;
        const sleeps =
          isUnchanged &&
          (done & bit) !== 0 &&
          ((known[leaf + WRITTEN_LOW]! & touchedLow) | (known[leaf + WRITTEN_HIGH]! & touchedHigh)) === 0;
        if (sleeps) asleep |= bit;
        else {
          transitions[choice] = step;
          leaves[choice++] = leaf;
        }
      }
    }
    this.#transitions.length = choice;
    this.#fetches = fetches;
    this.#deliveries = deliveries;
    return asleep;
  }

  /** Appends what somebody else has left to be tried in the state that the space stands in now. */
  addGiven(given: readonly Transition[]): void {
    const first = this.length;
    for (const transition of given) this.#transitions.push(transition);
    this.#findOut(first, first);
    for (let choice = first; choice < this.length; choice++) {
      if (this.#space.leaves.isImpossible(this.leafOf[choice]!))
        throw new Error(`${printSchedule([this.transitions[choice]!])} was handed over, and cannot happen`);
    }
    const here = this.#steps.length;
    this.#steps.grow(here + this.#cpus);
    this.#steps.values.fill(UNKNOWN, here, here + this.#cpus);
  }

  /** Takes back those of the last state, which are those from `first` on. */
  drop(first: number): void {
    this.#transitions.length = first;
    this.#steps.length -= this.#cpus;
  }

  #dependOn(leaf: Leaf): void {
    const { leaves } = this.#space;
    this.#fetches |= leaf === UNKNOWN ? ALL_CPUS : leaves.dependentFetches(leaf);
    this.#deliveries |= leaf === UNKNOWN ? ALL_CPUS : leaves.dependentDeliveries(leaf);
  }

  /** What the choices from `begin` on do.
   *  @param first where the choices of the state begin. */
  #findOut(begin: number, first: number): void {
    const end = this.#transitions.length;
    for (let choice = begin; choice < end; choice++) {
      const transition = this.#transitions.values[choice]!;
      const leaf = this.#space.findOut(transition);
      this.#dependOn(leaf);
      this.#place(choice, first, transition, leaf);
    }
  }

  /** Puts a choice behind the others of its state. One that goes wrong comes before them. */
  #place(choice: number, first: number, transition: Transition, leaf: Leaf): void {
    this.#leaves.grow(choice + 1);
    const transitions = this.#transitions.values;
    const leaves = this.#leaves.values;
    let at = choice;
    if (leaf === UNKNOWN) {
      transitions[choice] = transitions[first]!;
      leaves[choice] = leaves[first]!;
      at = first;
    }
    transitions[at] = transition;
    leaves[at] = leaf;
  }
}
