/** What is mapped for a run: a page of routines, and a page for each patched function, its immediate placed as is asked for
 *  against doublewords and lines; and the stores that make a function another version.
 *
 *      | record | store | serialize |        | int 3 ... mov eax, [4 bytes: the site]; ret, int 3 ... |
 *      ^ page 0, LINE_BYTES each             ^ page 1 and so on
 *
 *  Source: Intel SDM vol. 3A, "Guaranteed Atomic Operations", for what one store is.
 *  Limit: pages of 4 KiB, as on every x86-64. A site is cut after 24 bits, or not at all: a mix of two versions is mistaken
 *  for a version as seldom as version.ts says, below 2^24 patches. */
import type { UnitId, Version } from '../../base/ids.js';
import { LINE_BYTES } from '../../base/layout.js';
import { DOUBLEWORD_BYTES } from '../../jit/patchSite.js';
import type { Placement } from '../../jit/placement.js';
import { immediateOf } from '../../jit/version.js';
import {
  IMMEDIATE_BYTES,
  IMMEDIATE_OFFSET,
  NOTHING_TO_EXECUTE,
  RECORD_CALLS,
  returnImmediate,
  SERIALIZE,
  STORE_DOUBLEWORD,
} from './machineCode.js';

export const PAGE_BYTES = 4096;

/** Where the routines begin. */
export const ROUTINE = { record: 0, store: LINE_BYTES, serialize: 2 * LINE_BYTES } as const;

/** Where the immediate begins in its page: on a boundary, or three bytes before one. */
const SITE_OFFSET: Readonly<Record<Placement, number>> = {
  'within-word': LINE_BYTES + IMMEDIATE_BYTES,
  'across-word': LINE_BYTES + DOUBLEWORD_BYTES - 3,
  'across-line': 2 * LINE_BYTES - 3,
};

/** One aligned doubleword, at its place in the image. */
export interface DoublewordStore {
  readonly offset: number;
  readonly value: bigint;
}

/** @param placements of the functions, in order. @returns every function at version 0. */
export function codeImage(placements: readonly Placement[]): Uint8Array {
  const image = new Uint8Array(PAGE_BYTES * (1 + placements.length)).fill(NOTHING_TO_EXECUTE);
  image.set(RECORD_CALLS, ROUTINE.record);
  image.set(STORE_DOUBLEWORD, ROUTINE.store);
  image.set(SERIALIZE, ROUTINE.serialize);
  placements.forEach((placement, unit) => {
    image.set(returnImmediate(immediateOf(0)), entryOf(unit, placement));
  });
  return image;
}

/** Where a function begins in the image. */
export function entryOf(unit: UnitId, placement: Placement): number {
  return pageOf(unit) + SITE_OFFSET[placement] - IMMEDIATE_OFFSET;
}

/** Where its page begins, which it has to itself. */
export function pageOf(unit: UnitId): number {
  return PAGE_BYTES * (1 + unit);
}

/** The stores that make the function that version, in the order of their addresses. Whole doublewords: nothing else in them
 *  ever changes, so they need not be read. */
export function storesOf(unit: UnitId, placement: Placement, version: Version): readonly DoublewordStore[] {
  const site = SITE_OFFSET[placement];
  const first = site - (site % DOUBLEWORD_BYTES);
  const window = new Uint8Array(2 * DOUBLEWORD_BYTES).fill(NOTHING_TO_EXECUTE);
  window.set(returnImmediate(immediateOf(version)), site - IMMEDIATE_OFFSET - first);
  const view = new DataView(window.buffer);
  const doublewords = Math.ceil((site + IMMEDIATE_BYTES - first) / DOUBLEWORD_BYTES);
  return Array.from({ length: doublewords }, (_, index) => ({
    offset: pageOf(unit) + first + index * DOUBLEWORD_BYTES,
    value: view.getBigUint64(index * DOUBLEWORD_BYTES, true),
  }));
}
