/** What is to be said where a memory barrier was left out, and nothing is reordered. */
import type { MemoryModel } from '../hw/memoryModel.js';
import { ORDERING_POINTS } from '../kernel/orderingPoints.js';

/** @param without ids of what was left out.
 *  @returns one sentence or two; undefined where there is nothing to say. */
export function removedBarriersNote(without: readonly string[], memory: MemoryModel): string | undefined {
  const removed = ORDERING_POINTS.filter((point) => point.kind === 'barrier' && without.includes(point.id));
  if (removed.length === 0 || memory !== 'sc') return undefined;
  return (
    `${removed.map((point) => point.id).join(', ')}: a memory barrier. Under sequential consistency nothing ` +
    'is reordered, so its absence cannot show here.'
  );
}
