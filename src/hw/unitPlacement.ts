/** Where a unit lies in code memory, and where in it the bytes that may change. */
import type { CodeOffset, UnitId } from '../base/ids.js';
import { LINE_BYTES } from '../base/layout.js';

export interface UnitPlacement {
  readonly offset: CodeOffset;
  /** Whole lines. */
  readonly length: number;
  /** Where its patch site begins, relative to the unit. */
  readonly siteOffset: number;
  readonly siteBytes: number;
  /** Where the instruction of one byte stands that a breakpoint may replace, relative to the unit and before the site;
   *  absent where there is none. */
  readonly breakpointAt?: number;
  /** The unit that this one, a direct branch, leads to. */
  readonly branchesTo?: UnitId;
}

/** What stands in a unit where its breakpoint goes: NOP and `unreachable`, as x86 has its NOP and INT3. */
export const NO_BREAKPOINT = 0x01;
export const BREAKPOINT = 0x00;

/** The lines of the unit that hold bytes which may change, counted from its own first line. */
export function siteLines({
  siteOffset,
  siteBytes,
  breakpointAt = siteOffset,
}: UnitPlacement): readonly [first: number, last: number] {
  return [Math.floor(breakpointAt / LINE_BYTES), Math.floor((siteOffset + siteBytes - 1) / LINE_BYTES)];
}

/** The same lines, counted from the first line of code memory. */
export function lineNumbers(placement: UnitPlacement): readonly [first: number, last: number] {
  const line = placement.offset / LINE_BYTES;
  const [first, last] = siteLines(placement);
  return [line + first, line + last];
}
