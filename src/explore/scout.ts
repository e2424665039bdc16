/** Goes ahead at random, to find out early what is shared.
 *
 *  A search that meets a shared word late has to begin again late. Depth first it looks at what is alike for long; a few
 *  random walks look at what is different, and come across nearly everything that is shared. What they miss, the search
 *  still finds. */
import { Random } from '../base/random.js';
import { IntList } from './intList.js';
import type { SharingKnowledge } from './sharing.js';
import type { Space } from './space.js';

const WALKS = 64;
/** Of one walk; a longer one is not gone on with. */
const MAX_STEPS = 2000;
const SEED = 1;

/** @param space left at its beginning.
 *  @returns what it knows to be shared then. */
export function scout(space: Space): SharingKnowledge {
  const random = new Random(SEED);
  const possible = new IntList();
  for (let walk = 0; walk < WALKS; walk++) {
    space.beginAgain();
    for (let step = 0; step < MAX_STEPS && !space.violation && !space.isFinished; step++) {
      possible.length = 0;
      space.enabled.addAll(possible);
      if (possible.length === 0) break;
      space.take(possible.values[random.below(possible.length)]!);
    }
  }
  space.beginAgain();
  return space.sharingKnowledge;
}
