/** Every outcome of a machine, by looking at every path: the search of the tests themselves, for comparison. */

import type { Situation } from '../../src/engines/situation.js';
import { Choices } from '../../src/explore/choices.js';
import { Space, type SpaceParts } from '../../src/explore/space.js';
import { StateSet } from '../../src/explore/stateSet.js';
import { SerializationDebt } from '../../src/oracle/serializationDebt.js';
import type { Transition } from '../../src/trace/schedule.js';

export interface Outcomes {
  /** Violations, and where nothing went wrong the final values of all variables; each once. */
  readonly seen: readonly string[];
  /** Distinct states; paths, where states are not remembered. */
  readonly states: number;
  readonly paths: number;
  readonly transitions: number;
  /** The machine that was looked at. */
  readonly space: Space;
}

/** What is tried in each state: everything that is possible, or what the explorer tries. */
export type Trying = 'everything' | 'persistent-set';

/** More than this is too much for brute force. */
export class TooLarge extends Error {}

export function partsOf(situation: Situation, choices: Partial<SpaceParts> = {}): SpaceParts {
  return {
    spec: situation.spec,
    policy: situation.policy,
    images: situation.images.map((image) => image.bytes),
    fetching: 'on-execution',
    memory: 'sc',
    from: 'boot',
    granularity: 'visible',
    makeLedger: (bits, tasks, mms, cpus) => new SerializationDebt(bits, tasks, mms, cpus),
    ...choices,
  };
}

/** Over single accesses. Old values are kept of those words only that `known` has loaded, or there were too many states; that
 *  it has loaded all of them is checked.
 *  @throws {TooLarge} */
export function bruteForce(parts: SpaceParts, known: Space, most: number): Outcomes {
  const outcomes = outcomesFrom(known.restarted(parts), 'each-state-once', most, 'everything');
  if (outcomes.space.sharingGrew) throw new Error('brute force loads a word that the reduced search did not');
  return outcomes;
}

/** Over visible steps, begun again until nothing more turns out to be shared; or, where the parts say so, over single
 *  accesses.
 *  @throws {TooLarge} */
export function outcomesOf(
  parts: SpaceParts,
  remembering: 'each-state-once' | 'every-path',
  most: number,
  trying: Trying = 'everything',
): Outcomes {
  let space = new Space(parts);
  for (;;) {
    const outcomes = outcomesFrom(space, remembering, most, trying);
    if (parts.granularity === 'access' || !space.sharingGrew) return outcomes;
    space = space.restarted(parts);
  }
}

function outcomesFrom(
  space: Space,
  remembering: 'each-state-once' | 'every-path',
  most: number,
  trying: Trying,
): Outcomes {
  const seen = new Set<string>();
  const states = new StateSet();
  let paths = 0;
  let transitions = 0;
  const end = (outcome: string): void => {
    seen.add(outcome);
    paths++;
  };
  /* The space stands where a path leads to. */
  const enter = (): void => {
    if (space.violation) {
      end(space.violation.kind);
      space.violation = undefined;
      return;
    }
    const isNew = states.add(space.low, space.high);
    if (remembering === 'each-state-once' && !isNew) return;
    if (space.isFinished) return end(finalValues(space));
    const mark = space.mark();
    const choices = trying === 'everything' ? space.transitions() : persistentSet(space);
    if (space.enabled.isStuck) return end('deadlock');
    for (const transition of choices) {
      space.rewind(mark);
      space.take(transition);
      if (++transitions > most) throw new TooLarge();
      enter();
    }
  };
  enter();
  return { seen: [...seen].sort(), states: states.size, paths, transitions, space };
}

/** What the explorer tries in the state that a space stands in. */
export function persistentSet(space: Space): readonly Transition[] {
  const choices = new Choices(space);
  choices.addPersistent();
  return choices.between(0, choices.length);
}

function finalValues({ words, layout, spec }: Space): string {
  const { kernel } = layout;
  const variables = spec.variables.map((name, index) => `${name}=${words[kernel.variable(index)]}`);
  const results = spec.tasks.map((_, index) => {
    const id = spec.cpus + index;
    const { returnValue, returnKind, cpu } = kernel.task;
    return [returnValue(id), returnKind(id), cpu(id)].map((at) => words[at]);
  });
  const registered = spec.mms.map((_, index) => words[kernel.mm.membarrierState(index + 1)]);
  return [
    ...variables,
    `results ${results.join(' ')}`,
    `registered ${registered.join(' ')}`,
    `promised ${words[kernel.hw.site.promised(0)]}`,
  ].join('; ');
}
