/** Probabilistic concurrency testing: strict priorities in random order, and a few moments at which whoever runs falls
 *  behind everybody else.
 *
 *  A bug that takes d orderings between steps to show (its depth) is found by one execution with a probability of at
 *  least 1 / (n k^(d-1)), for n entities and k steps.
 *
 *  Source: Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding
 *  Bugs", ASPLOS 2010.
 *  Departs from it: besides its cpus the world is scheduled too, as entities of their own: the interrupts on their way to
 *  each cpu, what each cpu fetches on its own or learns is out of date, and its stores and loads that are late. Of several
 *  things that an entity can do, one is taken at random. k is a number to be given, not the length of the longest
 *  execution. */
import { Random } from '../base/random.js';
import { cpuOf, isByCpu, isDelivery, isDrain, isLateLoad, type Transition } from '../trace/schedule.js';
import type { Scheduler } from './sample.js';

export interface PctOptions {
  readonly seed: number;
  readonly cpus: number;
  /** Orderings that the bug takes, at least 1. */
  readonly depth: number;
  /** Steps of an execution, about. */
  readonly steps: number;
}

/** What can happen on a cpu, or to it. */
const ENTITIES_PER_CPU = 4;

export function pct({ seed, cpus, depth, steps }: PctOptions): Scheduler {
  const random = new Random(seed);
  const entities = cpus * ENTITIES_PER_CPU;
  let priorities: number[] = [];
  /* The step at which whoever runs gets the priority of that index: below all that were given first. */
  let changes: number[] = [];
  let step = 0;
  return {
    begin() {
      priorities = random.permutation(entities).map((rank) => depth + rank);
      changes = Array.from({ length: depth - 1 }, () => random.below(steps));
      step = 0;
    },
    choose(possible) {
      let entity = highest(possible, priorities);
      const change = changes.indexOf(step++);
      if (change >= 0) {
        priorities[entity] = change;
        entity = highest(possible, priorities);
      }
      const own = possible.flatMap((transition, index) => (entityOf(transition) === entity ? [index] : []));
      return own[random.below(own.length)]!;
    },
  };
}

/** Chance of one execution to show a bug of this depth, at least. */
export function pctChance({ cpus, depth, steps }: Omit<PctOptions, 'seed'>): number {
  return 1 / (cpus * ENTITIES_PER_CPU * steps ** (depth - 1));
}

function highest(possible: readonly Transition[], priorities: readonly number[]): number {
  return possible
    .map(entityOf)
    .reduce((best, entity) => (priorities[entity]! > priorities[best]! ? entity : best));
}

function entityOf(transition: Transition): number {
  const arrives = isDrain(transition) || isLateLoad(transition);
  const of = isByCpu(transition) ? 0 : isDelivery(transition) ? 1 : arrives ? 2 : 3;
  return cpuOf(transition) * ENTITIES_PER_CPU + of;
}
