/** Mixing two numbers into 32 well-spread bits, twice over with different constants.
 *
 *  Source: the finalizer of MurmurHash3 by Austin Appleby, public domain. */

export function mixLow(a: number, b: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export function mixHigh(a: number, b: number): number {
  let mixed = Math.imul(a, 0x27d4eb2f) ^ Math.imul(b, 0x165667b1) ^ 0x5bd1e995;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return mixed ^ (mixed >>> 15);
}
