/** How the five bytes of an immediate are replaced in place: as one or two stores of aligned doublewords.
 *
 *  A site inside a doubleword takes one store, which no other cpu can see half of. A site across a boundary takes
 *  two, the lower address first; between them the site holds a mix of both versions, and nothing prevents a fetch there.
 *  Source: Intel SDM vol. 3A, "Guaranteed Atomic Operations"; Arm ARM, "Single-copy atomicity".
 *  Limit: the caller reads, merges and stores; only the store is atomic. A site has one patcher at a time, and no two
 *  sites share a doubleword because a unit has one site and starts on a line of its own. */
import type { Version } from '../base/ids.js';
import { encodePaddedI32, PADDED_I32_BYTES } from './leb128.js';
import { immediateOf } from './version.js';

/** The widest store that is single-copy atomic on every profile, and in JavaScript. */
export const DOUBLEWORD_BYTES = 8;

const BITS_PER_BYTE = 8n;
const DOUBLEWORD_BITS = 64;
const SITE_MASK = (1n << (BigInt(PADDED_I32_BYTES) * BITS_PER_BYTE)) - 1n;

/** One store: `new = (old & ~mask) | bits`, little-endian, both below 2^64. */
export interface WordStore {
  /** Byte offset in the unit, a multiple of DOUBLEWORD_BYTES. */
  readonly wordOffset: number;
  readonly mask: bigint;
  readonly bits: bigint;
}

/** The stores that turn the site at `siteOffset` of its unit into `version`, in the order of their addresses. */
export function wordStores(siteOffset: number, version: Version): readonly WordStore[] {
  const wordOffset = siteOffset - (siteOffset % DOUBLEWORD_BYTES);
  /* Site and image are placed in a window of two doublewords, which is then cut in the middle. */
  const shift = BigInt(siteOffset - wordOffset) * BITS_PER_BYTE;
  const mask = SITE_MASK << shift;
  const bits = littleEndian(encodePaddedI32(immediateOf(version))) << shift;
  const low = { wordOffset, mask: lowHalf(mask), bits: lowHalf(bits) };
  if (storeCount(siteOffset) === 1) return [low];
  return [low, { wordOffset: wordOffset + DOUBLEWORD_BYTES, mask: highHalf(mask), bits: highHalf(bits) }];
}

/** The store of one byte at an offset in the unit. */
export function byteStore(offset: number, byte: number): WordStore {
  const wordOffset = offset - (offset % DOUBLEWORD_BYTES);
  const shift = BigInt(offset - wordOffset) * BITS_PER_BYTE;
  return { wordOffset, mask: 0xffn << shift, bits: BigInt(byte) << shift };
}

/** 1 where a patch of the site is atomic, 2 where it can be torn. */
export function storeCount(siteOffset: number): 1 | 2 {
  return (siteOffset % DOUBLEWORD_BYTES) + PADDED_I32_BYTES <= DOUBLEWORD_BYTES ? 1 : 2;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((bits, byte) => (bits << BITS_PER_BYTE) | BigInt(byte), 0n);
}

function lowHalf(window: bigint): bigint {
  return BigInt.asUintN(DOUBLEWORD_BITS, window);
}

function highHalf(window: bigint): bigint {
  return window >> BigInt(DOUBLEWORD_BITS);
}
