/** What can happen in a state, and what it does, remembered for the states that walks come through most: all of them begin
 *  alike.
 *
 *  Limit: a state takes the place of another one whose hash ends alike. States are told apart by their hashes (see
 *  stateSet.ts); should two be taken for one, a walk goes where none can, and `checkWitness` refuses what it finds there. */
import { ALL_CPUS } from './enabled.js';
import { IntList } from './intList.js';
import { type Leaf, UNKNOWN } from './leaves.js';
import type { Space } from './space.js';

const PLACES = 1 << 12;

/** Of one state. */
export class RememberedChoices {
  /** As `Enabled.addAll` gives them. */
  readonly possible = new IntList();
  /** Can nobody go on, whatever the hardware may still do with code by itself? */
  isStuck = false;
  readonly #leaves = new IntList();
  #low = 0;
  #high = 0;
  #knowledge = 0;

  /** @param knowledge a number that is another one after something has been forgotten; not 0. */
  isOf({ low, high }: Space, knowledge: number): boolean {
    return this.#low === low && this.#high === high && this.#knowledge === knowledge;
  }

  fill(space: Space, knowledge: number): void {
    const { enabled } = space;
    const { possible } = this;
    possible.length = 0;
    enabled.addSteps(possible);
    enabled.addDeliveries(ALL_CPUS, possible);
    this.isStuck = possible.length === 0;
    enabled.addFetches(ALL_CPUS, possible);
    enabled.addWriteBacks(possible);
    this.#leaves.grow(possible.length);
    this.#leaves.values.fill(UNKNOWN, 0, possible.length);
    this.#low = space.low;
    this.#high = space.high;
    this.#knowledge = knowledge;
  }

  /** What one of them does; UNKNOWN where it has to be tried to find out.
   *  @param space in this state. */
  leaf(index: number, space: Space): Leaf {
    const { values } = this.#leaves;
    const known = values[index]!;
    if (known !== UNKNOWN) return known;
    const found = space.find(this.possible.values[index]!);
    values[index] = found;
    return found;
  }
}

export class StatesWalked {
  readonly #places: RememberedChoices[] = [];
  #knowledge = 1;

  /** What can happen in the state that the space stands in. */
  at(space: Space): RememberedChoices {
    const place = space.low & (PLACES - 1);
    let there = this.#places[place];
    if (there === undefined) {
      there = new RememberedChoices();
      this.#places[place] = there;
    }
    if (!there.isOf(space, this.#knowledge)) there.fill(space, this.#knowledge);
    return there;
  }

  /** What transitions do is not known any more. */
  forget(): void {
    this.#knowledge++;
  }
}
