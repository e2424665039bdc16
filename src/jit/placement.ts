/** Where a patch site lies: in one aligned 8-byte word, across two words of one line, or across two lines. */

export const PLACEMENTS = ['within-word', 'across-word', 'across-line'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** Can the site be patched with one atomic store? */
export function placementIsAtomic(placement: Placement): boolean {
  return placement === 'within-word';
}
