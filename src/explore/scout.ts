/** Goes ahead at random, to find out early what is shared.
 *
 *  A search that meets a shared word late has to begin again late. Depth first it looks at what is alike for long; a few
 *  random walks look at what is different, and come across nearly everything that is shared. What they miss, the search
 *  still finds. What they learn of transitions on the way, a search of the same space need not learn again. */
import { Random } from '../base/random.js';
import { IntList } from './intList.js';
import type { SharingKnowledge } from './sharing.js';
import type { Space } from './space.js';

/** Walks, at most. */
const WALKS = 64;
/** Of one walk; a longer one is not gone on with. */
const MAX_STEPS = 2000;
const SEED = 1;

/** @param space left at its beginning.
 *  @param patience ends after so many walks in a row that have met nothing new.
 *  @returns what it knows to be shared then. */
export function scout(space: Space, patience = WALKS): SharingKnowledge {
  const random = new Random(SEED);
  const possible = new IntList();
  let inVain = 0;
  for (let walk = 0; walk < WALKS && inVain < patience; walk++) {
    space.beginAgain();
    for (let step = 0; step < MAX_STEPS && !space.violation && !space.isFinished; step++) {
      possible.length = 0;
      space.enabled.addAll(possible);
      if (possible.length === 0) break;
      space.take(possible.values[random.below(possible.length)]!);
    }
    inVain = space.sharingGrew ? 0 : inVain + 1;
  }
  space.beginAgain();
  return space.sharingKnowledge;
}
