import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/base/errors.js';
import { decodeI32, encodePaddedI32, PADDED_I32_BYTES, readU32 } from '../../src/jit/leb128.js';

const i32 = (): fc.Arbitrary<number> => fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** A module, written by hand, whose function returns the i32 encoded by `immediate`. */
function moduleReturning(immediate: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0x00, 0x41, ...immediate, 0x0b];
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const types = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f];
  const functions = [0x03, 0x02, 0x01, 0x00];
  const exports = [0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00];
  const code = [0x0a, body.length + 2, 0x01, body.length, ...body];
  return Uint8Array.from([...header, ...types, ...functions, ...exports, ...code]);
}

function engineReturns(immediate: readonly number[]): unknown {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(moduleReturning(immediate))).exports;
  return (f as () => unknown)();
}

describe('padded i32', () => {
  it('any i32, encoded: five bytes that decode to it', () => {
    fc.assert(
      fc.property(i32(), (value) => {
        const bytes = encodePaddedI32(value);
        expect(bytes).toHaveLength(PADDED_I32_BYTES);
        expect(decodeI32(bytes, 0)).toBe(value);
      }),
    );
  });

  it.each([0, 1, -1, 63, 64, -64, -65, 2 ** 27, 2 ** 31 - 1, -(2 ** 31)])(
    '%i, encoded: the engine returns it',
    (value) => {
      expect(engineReturns([...encodePaddedI32(value)])).toBe(value);
    },
  );

  it('any i32, encoded: the engine returns it', () => {
    fc.assert(fc.property(i32(), (value) => engineReturns([...encodePaddedI32(value)]) === value));
  });

  it('0 and -1, encoded: the bytes of the specification', () => {
    expect([...encodePaddedI32(0)]).toEqual([0x80, 0x80, 0x80, 0x80, 0x00]);
    expect([...encodePaddedI32(-1)]).toEqual([0xff, 0xff, 0xff, 0xff, 0x7f]);
  });

  it('bytes of two values, cut anywhere: still an i32 that the engine agrees about', () => {
    fc.assert(
      fc.property(i32(), i32(), fc.integer({ min: 1, max: PADDED_I32_BYTES - 1 }), (a, b, cut) => {
        const mix = [...encodePaddedI32(a).slice(0, cut), ...encodePaddedI32(b).slice(cut)];
        expect(engineReturns(mix)).toBe(decodeI32(Uint8Array.from(mix), 0));
      }),
    );
  });
});

describe('decodeI32', () => {
  it.each([
    [[0x3f], 63],
    [[0x40], -64],
    [[0xc0, 0x00], 64],
    [[0xbf, 0x7f], -65],
    [[0xff, 0xff, 0x00], 16383],
  ])('%j, shorter than five bytes: %i, as the engine says', (bytes, value) => {
    expect(decodeI32(Uint8Array.from([0xaa, ...bytes, 0xaa]), 1)).toBe(value);
    expect(engineReturns(bytes)).toBe(value);
  });

  it('four continued bytes and any last byte: accepted exactly where the engine accepts them', () => {
    let accepted = 0;
    for (let last = 0; last < 256; last++) {
      const bytes = [0x80, 0x80, 0x80, 0x80, last];
      if (WebAssembly.validate(moduleReturning(bytes))) {
        accepted++;
        expect(decodeI32(Uint8Array.from(bytes), 0)).toBe(engineReturns(bytes));
      } else {
        expect(() => decodeI32(Uint8Array.from(bytes), 0)).toThrow(LabError);
      }
    }
    expect(accepted).toBe(16);
  });

  it('bytes that end inside the integer: refused, with the place', () => {
    expect(() => decodeI32(Uint8Array.of(0, 0, 0x80, 0x80), 2)).toThrow(/at byte 2: the bytes end inside it/);
  });
});

describe('readU32', () => {
  it.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 32 - 1],
    [[0x85, 0x80, 0x80, 0x80, 0x00], 5],
  ])('%j: value %i, and where it ends', (bytes, value) => {
    expect(readU32(Uint8Array.from([0xff, ...bytes, 0xff]), 1)).toEqual({ value, next: 1 + bytes.length });
  });

  it('a fifth byte with bits above 31, or a sixth byte: refused', () => {
    expect(() => readU32(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x10), 0)).toThrow(/does not fit in 32 bits/);
    expect(() => readU32(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x00), 0)).toThrow(/goes on after 5/);
  });
});
