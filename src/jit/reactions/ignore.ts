/** The result is not looked at. */
import type { Reaction } from '../reaction.js';

export const reaction: Reaction = {
  name: 'ignore',
  summary: 'publish as if nothing had happened',
  source: 'Android ART jit_memory_region.cc, which does not look at what membarrier returns',
  registration: 'go-on',
  attempts: {},
  otherwise: 'go-on',
};
