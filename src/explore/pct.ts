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
 *  execution; a step is what others can see of a cpu, with all that it does by itself behind that. */
import { Random } from '../base/random.js';
import { cpuOf, isByCpu, isDelivery, isDrain, isLateLoad, type Transition } from '../trace/schedule.js';
import type { IntList } from './intList.js';
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
  const priorities = new Int32Array(entities);
  /* The step at which whoever runs gets the priority of that index: below all that were given first. */
  const changes = new Int32Array(depth - 1);
  let step = 0;
  return {
    begin() {
      for (let rank = 0; rank < entities; rank++) priorities[rank] = depth + rank;
      random.shuffle(priorities);
      for (let change = 0; change < changes.length; change++) changes[change] = random.below(steps);
      step = 0;
    },
    choose(possible) {
      let entity = highest(possible, priorities);
      for (let change = 0; change < changes.length; change++) {
        if (changes[change] !== step) continue;
        priorities[entity] = change;
        entity = highest(possible, priorities);
        break;
      }
      step++;
      return anyOf(entity, possible, random);
    },
  };
}

/** Chance of one execution to show a bug of this depth, at least. */
export function pctChance({ cpus, depth, steps }: Omit<PctOptions, 'seed'>): number {
  return 1 / (cpus * ENTITIES_PER_CPU * steps ** (depth - 1));
}

function highest({ values, length }: IntList, priorities: Int32Array): number {
  let best = entityOf(values[0]!);
  for (let i = 1; i < length; i++) {
    const entity = entityOf(values[i]!);
    if (priorities[entity]! > priorities[best]!) best = entity;
  }
  return best;
}

/** @returns the index of something that the entity can do. */
function anyOf(entity: number, { values, length }: IntList, random: Random): number {
  let count = 0;
  let last = 0;
  for (let i = 0; i < length; i++) {
    if (entityOf(values[i]!) !== entity) continue;
    count++;
    last = i;
  }
  if (count === 1) return last;
  let left = random.below(count);
  for (let i = 0; ; i++) if (entityOf(values[i]!) === entity && left-- === 0) return i;
}

function entityOf(transition: Transition): number {
  const arrives = isDrain(transition) || isLateLoad(transition);
  const of = isByCpu(transition) ? 0 : isDelivery(transition) ? 1 : arrives ? 2 : 3;
  return cpuOf(transition) * ENTITIES_PER_CPU + of;
}
