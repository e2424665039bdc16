import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeI32, encodePaddedI32, PADDED_I32_BYTES } from '../../src/jit/leb128.js';
import { immediateOf, versionOf } from '../../src/jit/version.js';
import { NO_VERSION } from '../../src/trace/events.js';

const NEWEST_OF_ALL = 2 ** 32 - 1;
const anyVersion = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: NEWEST_OF_ALL });

/** The value of the first `cut` bytes of one version's immediate and the rest of another's. */
function mixOf(lowOwner: number, highOwner: number, cut: number): number {
  const bytes = encodePaddedI32(immediateOf(highOwner));
  bytes.set(encodePaddedI32(immediateOf(lowOwner)).subarray(0, cut));
  return decodeI32(bytes, 0);
}

describe('immediateOf and versionOf', () => {
  it('any version: an i32 that gives the version back', () => {
    fc.assert(
      fc.property(anyVersion(), (version) => {
        const value = immediateOf(version);
        expect(value).toBe(value | 0);
        expect(versionOf(value, NEWEST_OF_ALL)).toBe(version);
      }),
    );
  });

  it('any i32: the immediate of exactly one version', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        const version = versionOf(value, NEWEST_OF_ALL);
        expect(version).toBeGreaterThanOrEqual(0);
        expect(immediateOf(version)).toBe(value);
      }),
    );
  });

  it('a version newer than the newest: no version', () => {
    expect(versionOf(immediateOf(7), 7)).toBe(7);
    expect(versionOf(immediateOf(8), 7)).toBe(NO_VERSION);
  });

  it('0, 1 and -1, after a million patches: no version', () => {
    expect([0, 1, -1].map((value) => versionOf(value, 1e6))).toEqual([NO_VERSION, NO_VERSION, NO_VERSION]);
  });
});

describe('a mix of two versions', () => {
  const cuts = Array.from({ length: PADDED_I32_BYTES - 1 }, (_, i) => i + 1);

  it('consecutive versions: each of the five bytes differs', () => {
    fc.assert(
      fc.property(anyVersion(), (version) => {
        const before = encodePaddedI32(immediateOf(version));
        const after = encodePaddedI32(immediateOf(version + 1));
        expect([...before].filter((byte, i) => byte === after[i])).toEqual([]);
      }),
    );
  });

  it.each(cuts)('consecutive versions, cut after %i bytes: no version up to 100 million', (cut) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 - 1 }), (version) => {
        expect(versionOf(mixOf(version + 1, version, cut), 1e8)).toBe(NO_VERSION);
        expect(versionOf(mixOf(version, version + 1, cut), 1e8)).toBe(NO_VERSION);
      }),
    );
  });

  it.each(cuts)(
    'any two versions, cut after %i bytes: reads back congruent to the owner of the low bits',
    (cut) => {
      const modulus = 2 ** (7 * cut);
      fc.assert(
        fc.property(anyVersion(), anyVersion(), (low, high) => {
          expect(versionOf(mixOf(low, high, cut), NEWEST_OF_ALL) % modulus).toBe(low % modulus);
        }),
      );
    },
  );

  it('versions 1 to 1999 apart, cut after 3 bytes: no version while newest is below 2^21', () => {
    const newest = 2 ** 21 - 1;
    for (let distance = 1; distance < 2000; distance++) {
      for (const older of [0, 1000, newest - distance]) {
        const mixes = [mixOf(older + distance, older, 3), mixOf(older, older + distance, 3)];
        expect(mixes.map((value) => versionOf(value, newest))).toEqual([NO_VERSION, NO_VERSION]);
      }
    }
  });

  it('any two versions, cut after 3 bytes: never a third version while newest is below 2^21', () => {
    const newest = 2 ** 21 - 1;
    const version = fc.integer({ min: 0, max: newest });
    fc.assert(
      fc.property(version, version, (low, high) => {
        expect([low, NO_VERSION]).toContain(versionOf(mixOf(low, high, 3), newest));
      }),
      { numRuns: 2000 },
    );
  });
});
