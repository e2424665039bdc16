import { beforeAll, describe, expect, it } from 'vitest';
import { LINE_BYTES } from '../../src/base/layout.js';
import { BREAKPOINT, NO_BREAKPOINT } from '../../src/hw/unitPlacement.js';
import { emitFetchUnits, type FetchUnit, layOut, UNIT_EXPORT } from '../../src/jit/fetchUnit.js';
import { encodePaddedI32, PADDED_I32_BYTES } from '../../src/jit/leb128.js';
import {
  byteStore,
  DOUBLEWORD_BYTES,
  storeCount,
  type WordStore,
  wordStores,
} from '../../src/jit/patchSite.js';
import type { Placement } from '../../src/jit/placement.js';
import { immediateOf, versionOf } from '../../src/jit/version.js';
import { assembleWat, disassemble } from '../../src/jit/wabt.js';
import { NO_VERSION } from '../../src/trace/events.js';

const PLACEMENTS: readonly Placement[] = ['within-word', 'across-word', 'across-line'];
/* 31 to 32 and 2048 to 4096 take one byte more to encode the loop count, which moves the site. */
const WORK = [0, 1, 2, 31, 32, 2048, 4096, 100_000];
const CASES = PLACEMENTS.flatMap((placement) => WORK.map((iterations) => ({ placement, iterations })));
const nameOf = (placement: Placement, iterations: number): string => `${placement} ${iterations}`;

let units: ReadonlyMap<string, FetchUnit>;

beforeAll(async () => {
  const emitted = await emitFetchUnits(
    CASES.map(({ placement, iterations }) => ({
      name: nameOf(placement, iterations),
      placement,
      work: { iterations },
    })),
  );
  units = new Map(emitted.map((unit) => [unit.name, unit]));
}, 30_000);

const unitOf = (placement: Placement, iterations: number): FetchUnit =>
  units.get(nameOf(placement, iterations))!;

function call(bytes: Uint8Array<ArrayBuffer>): unknown {
  const f = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports[UNIT_EXPORT];
  return (f as () => unknown)();
}

function apply(bytes: Uint8Array<ArrayBuffer>, stores: readonly WordStore[]): Uint8Array<ArrayBuffer> {
  const patched = bytes.slice();
  const view = new DataView(patched.buffer);
  for (const { wordOffset, mask, bits } of stores) {
    view.setBigUint64(wordOffset, (view.getBigUint64(wordOffset, true) & ~mask) | bits, true);
  }
  return patched;
}

function expectPlaced({ bytes, siteOffset, siteBytes, placement }: FetchUnit): void {
  const last = siteOffset + siteBytes - 1;
  const sameWord = Math.floor(siteOffset / DOUBLEWORD_BYTES) === Math.floor(last / DOUBLEWORD_BYTES);
  const sameLine = Math.floor(siteOffset / LINE_BYTES) === Math.floor(last / LINE_BYTES);
  expect(siteBytes).toBe(PADDED_I32_BYTES);
  expect(bytes.length % LINE_BYTES).toBe(0);
  expect({ sameWord, sameLine }).toEqual({
    sameWord: placement === 'within-word',
    sameLine: placement !== 'across-line',
  });
  if (placement !== 'within-word') expect((siteOffset + 3) % DOUBLEWORD_BYTES).toBe(0);
}

describe.each(CASES)('unit $placement, $iterations iterations', ({ placement, iterations }) => {
  it('as emitted: whole lines, a module of its own, returns version 0', () => {
    const { bytes } = unitOf(placement, iterations);
    expect(bytes.length % LINE_BYTES).toBe(0);
    expect(call(bytes)).toBe(immediateOf(0));
  });

  it('its site: where the placement says', () => {
    expectPlaced(unitOf(placement, iterations));
  });

  it('all stores of a patch applied: returns that version', () => {
    const { bytes, siteOffset } = unitOf(placement, iterations);
    for (const version of [1, 2, 1000, 2 ** 20]) {
      expect(call(apply(bytes, wordStores(siteOffset, version)))).toBe(immediateOf(version));
    }
  });
});

describe('layOut', () => {
  const IMMEDIATE = 0x71234567;

  it.each(PLACEMENTS)(
    '%s, code of any length around the site: placed, in whole lines, runs',
    async (placement) => {
      for (let before = 0; before < LINE_BYTES; before++) {
        for (const after of [0, 1 + ((before * 7) % LINE_BYTES)]) {
          const nops = (count: number): string => 'nop '.repeat(count);
          const body = `${nops(before)} i32.const ${IMMEDIATE} ${nops(after)}`;
          const module = await assembleWat('x.wat', `(module (func (export "f") (result i32) ${body}))`);
          const emitted = Buffer.from(module).indexOf(encodePaddedI32(IMMEDIATE));
          const unit = layOut({ name: 'x', placement }, module, emitted);
          expectPlaced(unit);
          expect(call(unit.bytes)).toBe(immediateOf(0));
        }
      }
    },
  );

  it('a placement that does not exist: refused, as no offset is right for it', async () => {
    const module = await assembleWat('x.wat', `(module (func (result i32) i32.const ${IMMEDIATE}))`);
    const emitted = Buffer.from(module).indexOf(encodePaddedI32(IMMEDIATE));
    const placement = 'sideways' as Placement;
    expect(() => layOut({ name: 'x', placement }, module, emitted)).toThrow('unreachable: "sideways"');
  });
});

describe('a patch caught between its stores', () => {
  it.each(['across-word', 'across-line'] as const)('%s: still a module, returns no version', (placement) => {
    const { bytes, siteOffset } = unitOf(placement, 0);
    expect(storeCount(siteOffset)).toBe(2);
    const newest = 1_000_000;
    for (let older = 0; older < 1000; older += 7) {
      for (const newer of [older + 1, older + 2, older + 999]) {
        const before = apply(bytes, wordStores(siteOffset, older));
        for (const store of wordStores(siteOffset, newer)) {
          const value = call(apply(before, [store])) as number;
          expect(versionOf(value, newest)).toBe(NO_VERSION);
        }
      }
    }
  });

  it('within-word: there is no between', () => {
    expect(WORK.map((iterations) => storeCount(unitOf('within-word', iterations).siteOffset))).toEqual(
      WORK.map(() => 1),
    );
  });
});

describe('work', () => {
  it('no iterations: the function is its immediate and nothing else', async () => {
    const text = await disassemble(unitOf('within-word', 0).bytes);
    expect(text).not.toContain('loop');
    expect(text).toContain(`i32.const ${immediateOf(0)}`);
  });

  it('some iterations: they come before the immediate', async () => {
    const text = await disassemble(unitOf('within-word', 31).bytes);
    expect(text).toContain('loop');
    expect(text.indexOf('loop')).toBeLessThan(text.indexOf(`i32.const ${immediateOf(0)}`));
  });

  it('50 million iterations, also once optimised: take longer than any engine needs for none', async () => {
    const [unit] = await emitFetchUnits([
      { name: 'long', placement: 'within-word', work: { iterations: 50_000_000 } },
    ]);
    const f = new WebAssembly.Instance(new WebAssembly.Module(unit!.bytes)).exports[
      UNIT_EXPORT
    ] as () => unknown;
    const milliseconds = Array.from({ length: 4 }, () => {
      const startedAt = performance.now();
      f();
      return performance.now() - startedAt;
    });
    /* A tenth of a nanosecond each: below what a dependent operation takes on any processor. */
    expect(Math.min(...milliseconds)).toBeGreaterThan(5);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 31])(
    '%d iterations: refused, with the name of the unit',
    async (iterations) => {
      const spec = { name: 'odd one', placement: 'within-word', work: { iterations } } as const;
      await expect(emitFetchUnits([spec])).rejects.toMatchObject({
        code: 'E_UNIT',
        message: expect.stringContaining("'odd one'"),
      });
    },
  );
});

describe('a unit with room for a breakpoint', () => {
  it.each(CASES)('$placement, $iterations iterations', async ({ placement, iterations }) => {
    const [unit] = await emitFetchUnits([
      { name: 'trapped', placement, work: { iterations }, breakpoint: true },
    ]);
    expectPlaced(unit!);
    const { bytes, siteOffset, breakpointAt = 0 } = unit!;
    // On the line on which the site begins.
    expect(Math.floor(breakpointAt / LINE_BYTES)).toBe(Math.floor(siteOffset / LINE_BYTES));
    expect(call(apply(bytes, wordStores(siteOffset, 7)))).toBe(immediateOf(7));
    const trapped = apply(bytes, [byteStore(breakpointAt, BREAKPOINT)]);
    expect(() => call(trapped)).toThrow(WebAssembly.RuntimeError);
    expect(apply(trapped, [byteStore(breakpointAt, NO_BREAKPOINT)])).toEqual(bytes);
  });
});
