import { describe, expect, it } from 'vitest';
import {
  IMMEDIATE_BYTES,
  IMMEDIATE_OFFSET,
  RECORD_CALLS,
  returnImmediate,
  SERIALIZE,
  STORE_DOUBLEWORD,
} from '../../../src/engines/native/machineCode.js';

const hex = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** By hand, from the manual. */
describe('the bytes', () => {
  it('of the function that is patched', () => {
    expect(hex(returnImmediate(0x12345678))).toBe('b8 78 56 34 12 c3');
    expect(hex(returnImmediate(-2))).toBe('b8 fe ff ff ff c3');
  });

  it('of the routines around it', () => {
    expect(hex(RECORD_CALLS)).toBe('8b 01 89 06 ff d7 89 46 04 48 83 c6 08 48 ff ca 75 ee c3');
    expect(hex(STORE_DOUBLEWORD)).toBe('48 89 37 c3');
    expect(hex(SERIALIZE)).toBe('53 31 c0 0f a2 5b c3');
  });

  it('the loop goes back to its own first byte', () => {
    const jump = RECORD_CALLS.indexOf(0x75);
    const displacement = RECORD_CALLS[jump + 1]! - 256;
    expect(jump + 2 + displacement).toBe(0);
  });

  it('of two versions differ in the immediate only', () => {
    const [one, other] = [returnImmediate(0x01020304), returnImmediate(0x05060708)];
    const different = [...one.keys()].filter((at) => one[at] !== other[at]);
    expect(different).toEqual(Array.from({ length: IMMEDIATE_BYTES }, (_, i) => IMMEDIATE_OFFSET + i));
  });
});
