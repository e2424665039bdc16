import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LINE_BYTES } from '../../src/base/layout.js';
import { profileNames } from '../../src/engines/catalogue.js';
import type { FetchUnit } from '../../src/jit/fetchUnit.js';
import { decodeI32 } from '../../src/jit/leb128.js';
import { versionOf } from '../../src/jit/version.js';
import { emptyUnits, machineWith, storeBytes, storeVersion, type TestMachine } from './machine.js';

const UNIT = 0;
const OLD = 0;
const NEW = 1;

let images: readonly FetchUnit[];
let machine: TestMachine;

/** The version of the unit at a station, as its bytes say. */
function versionAt(station: 'memory' | 'pou' | 'icache' | 'decoded', cpu = 0): number {
  const { hw, code, units } = machine;
  const { offset, siteOffset, length } = units[UNIT]!;
  const bytes = {
    memory: hw.memory,
    pou: hw.pou,
    icache: hw.icache(cpu),
    decoded: hw.decoded(cpu),
  }[station];
  return versionOf(decodeI32(code.peek(bytes, offset, length), siteOffset), 100);
}

/** What this cpu gets when it fetches the unit now. */
function fetch(cpu = 0): number {
  const { code, units, hw } = machine;
  const { offset, length } = units[UNIT]!;
  code.fetch(cpu, offset / LINE_BYTES, length / LINE_BYTES, hw.decoded(cpu));
  return versionAt('decoded', cpu);
}

function siteLine(): number {
  const { offset, siteOffset } = machine.units[UNIT]!;
  return Math.floor((offset + siteOffset) / LINE_BYTES);
}

describe('arm64-a00: neither step by itself', () => {
  beforeEach(async () => {
    images = await emptyUnits(1);
    machine = await machineWith('arm64-a00', 2, images);
    expect(fetch(0)).toBe(OLD);
    expect(fetch(1)).toBe(OLD);
  });

  it('a fetch past the copy that is held gives the PoU, and the copy stays; an invalidate drops it', () => {
    const { code, hw, units } = machine;
    const { offset, length } = units[UNIT]!;
    storeVersion(machine, UNIT, NEW);
    code.clean(siteLine());
    code.fetchPast(offset / LINE_BYTES, length / LINE_BYTES, hw.decoded(0));
    expect([versionAt('decoded'), versionAt('icache'), code.holds(0, siteLine())]).toEqual([NEW, OLD, true]);
    expect(fetch()).toBe(OLD);
    code.invalidate(0, siteLine());
    expect([code.holds(0, siteLine()), code.holds(1, siteLine())]).toEqual([false, true]);
    expect(fetch()).toBe(NEW);
  });

  it('a store reaches memory and not the PoU', () => {
    storeVersion(machine, UNIT, NEW);
    expect([versionAt('memory'), versionAt('pou'), versionAt('icache')]).toEqual([NEW, OLD, OLD]);
  });

  it('store and clean: the PoU is new, the icache is not, and neither is what is fetched', () => {
    storeVersion(machine, UNIT, NEW);
    machine.code.clean(siteLine());
    expect([versionAt('memory'), versionAt('pou'), versionAt('icache')]).toEqual([NEW, NEW, OLD]);
    expect(fetch()).toBe(OLD);
  });

  it('store, clean and invalidate: fetched anew from the PoU', () => {
    storeVersion(machine, UNIT, NEW);
    machine.code.clean(siteLine());
    machine.code.invalidate(0, siteLine());
    expect(fetch()).toBe(NEW);
    expect(versionAt('icache')).toBe(NEW);
  });

  it('store and invalidate without the clean: the old code comes back, and stays', () => {
    storeVersion(machine, UNIT, NEW);
    machine.code.invalidate(0, siteLine());
    expect(fetch()).toBe(OLD);
    machine.code.clean(siteLine());
    expect(fetch()).toBe(OLD);
  });

  it('an invalidate reaches the cpu it names and no other', () => {
    storeVersion(machine, UNIT, NEW);
    machine.code.clean(siteLine());
    machine.code.invalidate(1, siteLine());
    expect([fetch(0), fetch(1)]).toEqual([OLD, NEW]);
  });

  it('a cpu that never fetched gets what is at the PoU', async () => {
    machine = await machineWith('arm64-a00', 1, images);
    storeVersion(machine, UNIT, NEW);
    machine.code.clean(siteLine());
    expect(fetch()).toBe(NEW);
  });

  it('clean and invalidate take one line: the unit next to it stays as it was', async () => {
    const two = await emptyUnits(2);
    machine = await machineWith('arm64-a00', 1, two);
    const { code, units, hw } = machine;
    const neighbour = units[1]!;
    const fetchNeighbour = (): number => {
      code.fetch(0, neighbour.offset / LINE_BYTES, neighbour.length / LINE_BYTES, hw.decoded(0));
      const bytes = code.peek(hw.decoded(0), neighbour.offset, neighbour.length);
      return versionOf(decodeI32(bytes, neighbour.siteOffset), 100);
    };
    fetch();
    fetchNeighbour();
    storeVersion(machine, 0, NEW);
    storeVersion(machine, 1, NEW);
    code.clean(siteLine());
    code.invalidate(0, siteLine());
    expect([fetch(), fetchNeighbour()]).toEqual([NEW, OLD]);
    const neighbourLine = Math.floor((neighbour.offset + neighbour.siteOffset) / LINE_BYTES);
    code.invalidate(0, neighbourLine);
    expect(fetchNeighbour()).toBe(OLD);
    code.clean(neighbourLine);
    code.invalidate(0, neighbourLine);
    expect(fetchNeighbour()).toBe(NEW);
  });

  it('a patch across two lines needs both: with one of them it is torn', async () => {
    machine = await machineWith('arm64-a00', 1, await emptyUnits(1, 'across-line'));
    fetch();
    storeVersion(machine, UNIT, NEW);
    const first = siteLine();
    machine.code.clean(first);
    machine.code.clean(first + 1);
    machine.code.invalidate(0, first);
    expect([OLD, NEW]).not.toContain(fetch());
    machine.code.invalidate(0, first + 1);
    expect(fetch()).toBe(NEW);
  });
});

describe.each(['x86-64', 'arm64-a11'])('%s: coherent, a store is seen at once', (arch) => {
  beforeEach(async () => {
    machine = await machineWith(arch, 2, await emptyUnits(1));
    fetch(0);
    fetch(1);
  });

  it('at every shared station, and by every fetch', () => {
    storeVersion(machine, UNIT, NEW);
    expect([versionAt('memory'), versionAt('pou'), versionAt('icache', 0), versionAt('icache', 1)]).toEqual([
      NEW,
      NEW,
      NEW,
      NEW,
    ]);
    expect([fetch(0), fetch(1)]).toEqual([NEW, NEW]);
  });

  it('what was fetched before stays as it was', () => {
    storeVersion(machine, UNIT, NEW);
    expect(versionAt('decoded')).toBe(OLD);
  });

  it('clean and invalidate have nothing to do', () => {
    const before = machine.bytes.slice();
    machine.code.clean(siteLine());
    machine.code.invalidate(0, siteLine());
    expect(machine.bytes).toEqual(before);
  });
});

describe.each(profileNames())('%s', (arch) => {
  it('after store, clean and invalidate in every cpu, every cpu fetches the new code', async () => {
    machine = await machineWith(arch, 3, await emptyUnits(1));
    for (const cpu of [0, 1, 2]) fetch(cpu);
    storeVersion(machine, UNIT, NEW);
    machine.code.clean(siteLine());
    for (const cpu of [0, 1, 2]) machine.code.invalidate(cpu, siteLine());
    expect([0, 1, 2].map(fetch)).toEqual([NEW, NEW, NEW]);
  });

  it('a store alone is fetched where, and only where, both steps happen by themselves', async () => {
    machine = await machineWith(arch, 1, await emptyUnits(1));
    fetch();
    storeVersion(machine, UNIT, NEW);
    const { storesReachPou, icache } = machine.profile;
    expect(fetch()).toBe(storesReachPou && icache === 'coherent' ? NEW : OLD);
  });
});

describe('stores and copies', () => {
  it('a store replaces the bytes under its mask and no others', async () => {
    machine = await machineWith('x86-64', 1, await emptyUnits(1));
    const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const memory = new DataView(machine.memory.buffer, machine.hw.memory.$start, machine.hw.memory.$length);
    fc.assert(
      fc.property(word, word, fc.nat({ max: machine.hw.memory.$length / 8 - 1 }), (mask, bits, index) => {
        const before = memory.getBigUint64(index * 8, true);
        const around = machine.code.peek(machine.hw.memory, 0, machine.hw.memory.$length);
        machine.code.store(index * 8, mask, bits & mask);
        expect(memory.getBigUint64(index * 8, true)).toBe((before & ~mask) | (bits & mask));
        const after = machine.code.peek(machine.hw.memory, 0, machine.hw.memory.$length);
        after.set(around.subarray(index * 8, index * 8 + 8), index * 8);
        expect(after).toEqual(around);
      }),
    );
  });

  it('a fetch copies every 8-byte word of its lines, whatever is in it, and nothing beyond them', async () => {
    machine = await machineWith('arm64-a00', 1, await emptyUnits(2));
    const { code, units, hw } = machine;
    const { length } = units[0]!;
    const text = Array.from({ length }, (_, i) => (i * 37 + 129) & 0xff);
    storeBytes(machine, 0, 0, text);
    for (let line = 0; line < length / LINE_BYTES; line++) code.clean(line);
    code.fetch(0, 0, length / LINE_BYTES, hw.decoded(0));
    expect([...code.peek(hw.icache(0), 0, length)]).toEqual(text);
    expect([...code.peek(hw.decoded(0), 0, length)]).toEqual(text);
    expect(code.peek(hw.decoded(0), length, units[1]!.length).every((byte) => byte === 0)).toBe(true);
  });
});
