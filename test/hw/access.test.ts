import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESS, argumentOf, isBlocking, KIND_BITS, kindOf, pack } from '../../src/hw/access.js';

const kind = fc.constantFrom(...Object.values(ACCESS));
const LARGEST_ARGUMENT = 2 ** (32 - KIND_BITS) - 1;

describe('an access', () => {
  it('gives back the kind and the argument it was packed from', () => {
    fc.assert(
      fc.property(kind, fc.integer({ min: 0, max: LARGEST_ARGUMENT }), (of, argument) => {
        const access = pack(of, argument);
        expect([kindOf(access), argumentOf(access)]).toEqual([of, argument]);
      }),
    );
  });

  it.each([0, 1, LARGEST_ARGUMENT])('argument %i: round trip for every kind', (argument) => {
    for (const of of Object.values(ACCESS)) {
      expect([kindOf(pack(of, argument)), argumentOf(pack(of, argument))]).toEqual([of, argument]);
    }
  });

  it('is one small integer: nothing is allocated per access', () => {
    fc.assert(
      fc.property(kind, fc.integer({ min: 0, max: LARGEST_ARGUMENT }), (of, argument) => {
        expect(pack(of, argument) | 0).toBe(pack(of, argument));
      }),
    );
  });

  it('has room for every kind', () => {
    expect(Math.max(...Object.values(ACCESS))).toBeLessThan(2 ** KIND_BITS);
  });

  it('no two kinds are the same', () => {
    expect(new Set(Object.values(ACCESS)).size).toBe(Object.keys(ACCESS).length);
  });
});

describe('isBlocking', () => {
  it('is true for what may have to wait, and for nothing else', () => {
    const blocking = Object.entries(ACCESS)
      .filter(([, of]) => isBlocking(pack(of, 1)))
      .map(([name]) => name);
    expect(blocking.sort()).toEqual(['halt', 'lock', 'unlock', 'waitAtLeast']);
  });
});
