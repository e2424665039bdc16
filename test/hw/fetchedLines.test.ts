import { beforeEach, describe, expect, it } from 'vitest';
import { LINE_BYTES } from '../../src/base/layout.js';
import { FetchedLines } from '../../src/hw/fetchedLines.js';
import type { Placement } from '../../src/jit/placement.js';
import { emptyUnits, machineWith, storeBytes, storeVersion, type TestMachine } from './machine.js';

const CPU = 0;
/* Two words of the mask, and the last unit is the first of the second word. */
const UNITS = 17;
const LAST = UNITS - 1;

let machine: TestMachine;
let fetched: FetchedLines;

async function withSites(placement: Placement): Promise<void> {
  machine = await machineWith('x86-64', 2, await emptyUnits(UNITS, placement));
  fetched = new FetchedLines(CPU, machine.hw, machine.words, machine.code, machine.units);
}

const decodedSite = (unit: number): Uint8Array => {
  const { siteOffset, siteBytes } = machine.units[unit]!;
  return machine.fetchPaths[CPU]!.decodedBytes(unit).subarray(siteOffset, siteOffset + siteBytes);
};
const memorySite = (unit: number): Uint8Array => {
  const { offset, siteOffset, siteBytes } = machine.units[unit]!;
  return machine.code.peek(machine.hw.memory, offset + siteOffset, siteBytes);
};

describe('a unit whose site is on one line', () => {
  beforeEach(() => withSites('across-word'));

  it('is one block, however many lines it has', () => {
    expect(machine.units[LAST]!.length).toBeGreaterThanOrEqual(LINE_BYTES);
    expect(fetched.blockCount(LAST)).toBe(1);
    fetched.fetch(LAST, 0);
    expect(fetched.has(LAST)).toBe(true);
    expect(fetched.has(LAST - 1)).toBe(false);
    expect(fetched.wouldChange(LAST, 0)).toBe(false);
    storeVersion(machine, LAST, 1);
    expect(fetched.wouldChange(LAST, 0)).toBe(true);
    fetched.drop();
    expect(fetched.has(LAST)).toBe(false);
  });
});

describe('a unit whose site lies across a line', () => {
  beforeEach(() => withSites('across-line'));

  it('is fetched a line at a time, and complete with both', () => {
    const before = memorySite(LAST);
    expect(fetched.blockCount(LAST)).toBe(2);
    fetched.fetch(LAST, 1);
    expect([fetched.hasBlock(LAST, 0), fetched.hasBlock(LAST, 1), fetched.has(LAST)]).toEqual([
      false,
      true,
      false,
    ]);
    storeVersion(machine, LAST, 1);
    fetched.fetchMissing(LAST);
    expect(fetched.has(LAST)).toBe(true);
    const after = memorySite(LAST);
    const { siteOffset } = machine.units[LAST]!;
    const inFirstLine = LINE_BYTES - (siteOffset % LINE_BYTES);
    expect(after).not.toEqual(before);
    expect(decodedSite(LAST)).toEqual(
      Uint8Array.from([...after.subarray(0, inFirstLine), ...before.subarray(inFirstLine)]),
    );
    expect([fetched.wouldChange(LAST, 0), fetched.wouldChange(LAST, 1)]).toEqual([false, true]);
    fetched.fetch(LAST, 1);
    expect(decodedSite(LAST)).toEqual(after);
  });
});

describe('bytes that could not be decoded', () => {
  beforeEach(() => withSites('within-word'));

  it('are fetched again at the next execution', () => {
    const [fetchPath] = machine.fetchPaths;
    const { siteOffset } = machine.units[0]!;
    const opcode = machine.code.peek(machine.hw.memory, siteOffset - 1, 1);
    storeBytes(machine, 0, siteOffset - 1, [0xff]);
    expect(() => fetchPath!.execute(0, 1)).toThrow();
    expect(fetchPath!.isDecoded(0)).toBe(false);
    storeBytes(machine, 0, siteOffset - 1, [...opcode]);
    expect(fetchPath!.execute(0, 1)).toBe(1);
  });
});
