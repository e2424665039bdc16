/** Without the barrier the process cannot go on. */
import type { Reaction } from '../reaction.js';

export const reaction: Reaction = {
  name: 'abort',
  summary: 'end the process at the first error',
  source: 'HotSpot os/linux/systemMemoryBarrier_linux.cpp, guarantee(); liburcu in its forced mode',
  registration: 'abort',
  attempts: {},
  otherwise: 'abort',
};
