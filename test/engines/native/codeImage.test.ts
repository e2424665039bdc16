import { describe, expect, it } from 'vitest';
import { codeImage, entryOf, PAGE_BYTES, pageOf, storesOf } from '../../../src/engines/native/codeImage.js';
import {
  IMMEDIATE_BYTES,
  IMMEDIATE_OFFSET,
  returnImmediate,
} from '../../../src/engines/native/machineCode.js';
import { PLACEMENTS } from '../../../src/jit/placement.js';
import { immediateOf, versionOf } from '../../../src/jit/version.js';

const SEVERAL = [0, 1, 2, 3, 1000, 65_535, 65_536, 1_000_000];

function patched(image: Uint8Array, stores: ReturnType<typeof storesOf>): Uint8Array {
  const copy = image.slice();
  const view = new DataView(copy.buffer);
  for (const { offset, value } of stores) view.setBigUint64(offset, value, true);
  return copy;
}

describe.each(PLACEMENTS)('%s', (placement) => {
  const image = codeImage([placement, placement]);
  const site = entryOf(1, placement) + IMMEDIATE_OFFSET;
  const valueIn = (bytes: Uint8Array): number => new DataView(bytes.buffer).getInt32(site, true);

  it('the site lies where it says', () => {
    const last = site + IMMEDIATE_BYTES - 1;
    const unit = placement === 'across-line' ? 64 : 8;
    const isWithin = Math.floor(site / unit) === Math.floor(last / unit);
    expect(isWithin).toBe(placement === 'within-word');
    if (placement === 'across-word') expect(Math.floor(site / 64)).toBe(Math.floor(last / 64));
  });

  it('version 0 stands in its own page', () => {
    const entry = entryOf(1, placement);
    expect(Math.floor(entry / PAGE_BYTES) * PAGE_BYTES).toBe(pageOf(1));
    expect(image.slice(entry, entry + 6)).toEqual(returnImmediate(immediateOf(0)));
    expect(image).toHaveLength(3 * PAGE_BYTES);
  });

  it('the stores make it that version, are aligned, and change nothing else', () => {
    for (const version of SEVERAL) {
      const stores = storesOf(1, placement, version);
      expect(stores).toHaveLength(placement === 'within-word' ? 1 : 2);
      for (const { offset } of stores) expect(offset % 8).toBe(0);
      const expected = image.slice();
      expected.set(returnImmediate(immediateOf(version)), entryOf(1, placement));
      expect(Buffer.compare(patched(image, stores), expected)).toBe(0);
    }
  });

  it('each store alone leaves the same instructions, with an immediate of no version', () => {
    for (const version of SEVERAL.slice(1)) {
      const before = patched(image, storesOf(1, placement, version - 1));
      for (const store of storesOf(1, placement, version)) {
        const bytes = patched(before, [store]);
        const different = [...bytes.keys()].filter((at) => bytes[at] !== before[at]);
        expect(different.length).toBeGreaterThan(0);
        for (const at of different) expect(at - site).toSatisfy((i: number) => i >= 0 && i < IMMEDIATE_BYTES);
        const half = placement !== 'within-word';
        expect(versionOf(valueIn(bytes), version)).toBe(half ? -1 : version);
      }
    }
  });
});
