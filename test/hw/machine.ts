/** A machine without a kernel, for tests of the hardware: real layout, real shared memory, real units. */
import { LayoutBuilder } from '../../src/base/layout.js';
import { loadProfile } from '../../src/engines/catalogue.js';
import { loadRunLoop } from '../../src/engines/runLoop.js';
import { CodeMemory } from '../../src/hw/codeMemory.js';
import { FetchPath } from '../../src/hw/fetchPath.js';
import { declareHw, type HwLayout } from '../../src/hw/layout.js';
import type { ArchitectureProfile } from '../../src/hw/profile.js';
import type { UnitPlacement } from '../../src/hw/unitPlacement.js';
import { emitFetchUnits, type FetchUnit } from '../../src/jit/fetchUnit.js';
import { wordStores } from '../../src/jit/patchSite.js';
import type { Placement } from '../../src/jit/placement.js';
import { allocateMemory } from '../../src/kernel/boot.js';

export interface TestMachine {
  readonly profile: ArchitectureProfile;
  readonly hw: HwLayout;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly memory: WebAssembly.Memory;
  readonly code: CodeMemory;
  readonly units: readonly UnitPlacement[];
  /** One per cpu. */
  readonly fetchPaths: readonly FetchPath[];
}

/** Maps `images` one after the other. */
export async function machineWith(
  arch: string,
  cpus: number,
  images: readonly FetchUnit[],
): Promise<TestMachine> {
  const profile = await loadProfile(arch);
  let offset = 0;
  const units = images.map(({ bytes, siteOffset, siteBytes, breakpointAt }) => {
    const placed = {
      offset,
      length: bytes.length,
      siteOffset,
      siteBytes,
      ...(breakpointAt !== undefined && { breakpointAt }),
    };
    offset += bytes.length;
    return placed;
  });
  const builder = new LayoutBuilder();
  const hw = declareHw(builder, profile, { cpus, units: units.length, codeBytes: offset });
  const memory = allocateMemory(builder.byteLength);
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  const code = new CodeMemory(hw, buffer);
  units.forEach((unit, index) => {
    code.map(unit.offset, images[index]!.bytes);
  });
  const runLoop = await loadRunLoop();
  const fetchPaths = Array.from(
    { length: cpus },
    (_, cpu) => new FetchPath(cpu, hw, memory, code, units, runLoop),
  );
  return {
    profile,
    hw,
    words: new Int32Array(buffer),
    bytes: new Uint8Array(buffer),
    memory,
    code,
    units,
    fetchPaths,
  };
}

/** `count` units that do nothing but return their immediate. */
export function emptyUnits(count: number, placement: Placement = 'within-word'): Promise<FetchUnit[]> {
  return emitFetchUnits(
    Array.from({ length: count }, (_, index) => ({
      name: `unit ${index}`,
      placement,
      work: { iterations: 0 },
    })),
  );
}

/** Stores a version into the site of a unit, with nothing after it: no clean, no invalidate. */
export function storeVersion(machine: TestMachine, unit: number, version: number): void {
  const { offset, siteOffset } = machine.units[unit]!;
  for (const store of wordStores(siteOffset, version)) {
    machine.code.store(offset + store.wordOffset, store.mask, store.bits);
  }
}

/** Overwrites bytes of a unit in memory, byte by byte of any value. */
export function storeBytes(machine: TestMachine, unit: number, at: number, bytes: readonly number[]): void {
  const { offset } = machine.units[unit]!;
  bytes.forEach((byte, i) => {
    const address = offset + at + i;
    const shift = BigInt(address % 8) * 8n;
    machine.code.store(address - (address % 8), 0xffn << shift, BigInt(byte) << shift);
  });
}
