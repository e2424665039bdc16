/** What a cpu drops from its fetch path on its own accord: an eviction, a pipeline flush, a prefetch that went elsewhere.
 *
 *  No architecture promises any of it, and none forbids it. `adversarial` hardware never does; `typical` hardware does
 *  now and then, which hides a hazard from a test and does not cure it.
 *
 *  Limit: how often is a number of this file, not of any processor. */
import { Random } from '../base/random.js';

export const HARDWARE = ['adversarial', 'typical'] as const;
export type Hardware = (typeof HARDWARE)[number];

/** What goes before a cpu executes a unit. */
export type Dropped = 'nothing' | 'decoded' | 'decoded-and-icache';

/** One in so many executions begins with something dropped. */
const RARITY = 8;

/** @returns what to ask before each execution; undefined for hardware that drops nothing. */
export function spontaneousRefresh(
  hardware: Hardware,
  seed: number,
  cpu: number,
): (() => Dropped) | undefined {
  if (hardware === 'adversarial') return undefined;
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) + cpu);
  return () => {
    if (random.below(RARITY) !== 0) return 'nothing';
    return random.below(2) === 0 ? 'decoded' : 'decoded-and-icache';
  };
}
