/** Which immediate stands for which version of a patch site, and back.
 *
 *  immediate = ORIGIN + version * STEP (mod 2^32), a bijection because STEP is odd. Two things follow.
 *
 *  - Consecutive versions differ in each of the five LEB128 bytes: every 7-bit group of STEP is far from 0 and from
 *    127, so that a carry from below cannot hide the change. A store that is cut anywhere shows.
 *  - The low s bits of the immediate depend on the low s bits of the version alone. A mix with the low s bits of
 *    version a and the rest of version b therefore reads back as a version congruent to a modulo 2^s: it is a
 *    itself, where the bytes of a and b agree above the cut and nothing is torn, or it is at least 2^s away
 *    from a.
 *
 *  The sites of fetchUnit.ts are cut after 21 bits, so while `newest` is below 2^21 no torn mix is ever mistaken for
 *  a version. Beyond that, and for any other garbage, the chance is newest / 2^32.
 *
 *  Limit: mixes of two versions are covered by the argument, mixes of three or more only by the chance. */
import type { Version } from '../base/ids.js';
import { NO_VERSION } from '../trace/events.js';

/** Chosen by search, not by theory: versions up to 1999 apart also differ on both sides of the cut after 21 bits. */
const STEP = 0x4645a3d7;
/** STEP * STEP_INVERSE = 1 (mod 2^32); a test multiplies them. */
const STEP_INVERSE = 0x6ffaffe7;
/** Keeps version 0 away from 0, which is what memory that nobody wrote would give: to read 0 as a version takes 3,674,728,685 patches. */
const ORIGIN = 0x6d2b79f5;

/** What the code of `version` returns, as a signed i32. */
export function immediateOf(version: Version): number {
  return (ORIGIN + Math.imul(version, STEP)) | 0;
}

/** The version whose code returns `value`, or NO_VERSION where none of 0 .. newest does.
 *  @param newest the highest version that was ever stored in this site. */
export function versionOf(value: number, newest: Version): Version {
  const version = versionAt(value);
  return version <= newest ? version : NO_VERSION;
}

/** The same where nobody knows what was stored: every value is that of some version below 2^32. */
export function versionAt(value: number): Version {
  return Math.imul(value - ORIGIN, STEP_INVERSE) >>> 0;
}
