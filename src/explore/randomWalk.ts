/** A random walk: whatever can happen next is as likely as anything else. */
import { Random } from '../base/random.js';
import type { Scheduler } from './sample.js';

export function randomWalk(seed: number): Scheduler {
  const random = new Random(seed);
  return {
    begin: () => {},
    choose: (possible) => random.below(possible.length),
  };
}
