import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_BYTES } from '../../src/base/layout.js';
import { encodePaddedI32, PADDED_I32_BYTES } from '../../src/jit/leb128.js';
import {
  byteStore,
  DOUBLEWORD_BYTES,
  storeCount,
  type WordStore,
  wordStores,
} from '../../src/jit/patchSite.js';
import { immediateOf } from '../../src/jit/version.js';

const offset = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 * LINE_BYTES });
const version = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** 32 - 1 });
const background = (): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 192, maxLength: 192 });

function apply(bytes: Uint8Array, stores: readonly WordStore[]): Uint8Array {
  const patched = Uint8Array.from(bytes);
  const view = new DataView(patched.buffer);
  for (const { wordOffset, mask, bits } of stores) {
    const old = view.getBigUint64(wordOffset, true);
    view.setBigUint64(wordOffset, (old & ~mask) | bits, true);
  }
  return patched;
}

describe('wordStores', () => {
  it('all stores applied, at any offset, over any bytes: the site is the immediate and the rest is untouched', () => {
    fc.assert(
      fc.property(background(), offset(), version(), (bytes, siteOffset, v) => {
        const expected = Uint8Array.from(bytes);
        expected.set(encodePaddedI32(immediateOf(v)), siteOffset);
        expect(apply(bytes, wordStores(siteOffset, v))).toEqual(expected);
      }),
    );
  });

  it('at any offset: ascending aligned words, 64-bit masks, no bit outside its mask', () => {
    fc.assert(
      fc.property(offset(), version(), (siteOffset, v) => {
        const stores = wordStores(siteOffset, v);
        const first = Math.floor(siteOffset / DOUBLEWORD_BYTES) * DOUBLEWORD_BYTES;
        expect(stores.map((store) => store.wordOffset)).toEqual(
          stores.map((_, i) => first + i * DOUBLEWORD_BYTES),
        );
        for (const { mask, bits } of stores) {
          expect(mask).toBe(BigInt.asUintN(64, mask));
          expect(bits & ~mask).toBe(0n);
        }
      }),
    );
  });

  it('signed words, as in a BigInt64Array: the same bytes', () => {
    const bytes = new Uint8Array(16).fill(0xff);
    const words = new BigInt64Array(bytes.slice().buffer);
    const stores = wordStores(5, 9);
    for (const { wordOffset, mask, bits } of stores) {
      const index = wordOffset / DOUBLEWORD_BYTES;
      words[index] = (words[index]! & ~mask) | bits;
    }
    expect(new Uint8Array(words.buffer)).toEqual(apply(bytes, stores));
  });

  it('5 bytes into a word: 3 bytes are in the first store and 2 in the second', () => {
    const [first, second] = wordStores(61, 1);
    expect(first).toMatchObject({ wordOffset: 56, mask: 0xffffff0000000000n });
    expect(second).toMatchObject({ wordOffset: 64, mask: 0x000000000000ffffn });
  });
});

describe('storeCount', () => {
  it('at each offset of a word: one store exactly where first and last byte share the word', () => {
    const counts = Array.from({ length: DOUBLEWORD_BYTES }, (_, at) => storeCount(40 + at));
    expect(counts).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(DOUBLEWORD_BYTES - PADDED_I32_BYTES).toBe(3);
  });

  it('at any offset: the number of stores that wordStores gives', () => {
    fc.assert(fc.property(offset(), (at) => wordStores(at, 1).length === storeCount(at)));
  });
});

describe('byteStore', () => {
  it('at any offset: that byte and no other', () => {
    fc.assert(
      fc.property(fc.nat(127), fc.nat(255), (at, byte) => {
        const bytes = new Uint8Array(128).fill(0xa5);
        const { wordOffset } = byteStore(at, byte);
        expect(wordOffset).toBe(Math.floor(at / DOUBLEWORD_BYTES) * DOUBLEWORD_BYTES);
        const expected = bytes.slice();
        expected[at] = byte;
        expect(apply(bytes, [byteStore(at, byte)])).toEqual(expected);
      }),
    );
  });
});
