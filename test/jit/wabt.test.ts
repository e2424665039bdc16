import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emitFetchUnits, type FetchUnit } from '../../src/jit/fetchUnit.js';
import { immediateOf } from '../../src/jit/version.js';
import { assembleWat, disassemble } from '../../src/jit/wabt.js';

let units: readonly FetchUnit[];

beforeAll(async () => {
  units = await emitFetchUnits([
    { name: 'empty', placement: 'within-word', work: { iterations: 0 } },
    { name: 'busy', placement: 'across-line', work: { iterations: 7 } },
  ]);
}, 30_000);

describe('assembleWat', () => {
  it('shared memory and atomics: a module that the engine accepts', async () => {
    const bytes = await assembleWat(
      'shared.wat',
      '(module (memory 1 1 shared) (func (export "f") (result i32) (i32.atomic.load (i32.const 0))))',
    );
    expect(WebAssembly.validate(bytes)).toBe(true);
  });

  it.each([
    ['an unknown instruction', '(module\n  (func (i32.bogus)))', /^bad\.wat:2:\d+: error: unexpected token/],
    ['a type mismatch', '(module\n\n  (func (result i32)))', /^bad\.wat:3:\d+: error: type mismatch/],
    ['an unknown name', '(module\n  (func (call $nowhere)))', /^bad\.wat:2:\d+: error: undefined function/],
  ])('%s: E_WAT with file, line and what is wrong', async (_, text, message) => {
    await expect(assembleWat('bad.wat', text)).rejects.toMatchObject({
      code: 'E_WAT',
      message: expect.stringMatching(message),
      next: expect.stringContaining('bad.wat'),
    });
  });
});

describe('disassemble', () => {
  it('a unit: its text, with the immediate and without remarks', async () => {
    const text = await disassemble(units[0]!.bytes);
    expect(text).toMatch(/^\(module/);
    expect(text).toContain(`i32.const ${immediateOf(0)}`);
  });

  it('bytes in shared memory: the same text', async () => {
    const { bytes } = units[0]!;
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(await disassemble(shared)).toBe(await disassemble(bytes));
  });

  it('a module that needs threads: its text without remarks', async () => {
    const bytes = await assembleWat('shared.wat', '(module (memory 1 1 shared))');
    expect(await disassemble(bytes)).toMatch(/^\(module/);
  });

  it('bytes that are no module: says so and why', async () => {
    expect(await disassemble(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toMatch(
      /^;; does not parse:\n;; .*bad magic value\n/,
    );
    expect(await disassemble(new Uint8Array())).toMatch(/^;; does not parse:\n;; .+/);
  });

  it('an opcode torn so that types no longer fit: says so and why, and shows the code', async () => {
    const { bytes, siteOffset } = units[0]!;
    const torn = bytes.slice();
    torn[siteOffset - 1] = 0x42;
    expect(await disassemble(torn)).toMatch(
      /^;; does not validate:\n;; .*type mismatch[\s\S]*\n\(module[\s\S]*i64\.const/,
    );
  });

  it('units with some bytes overwritten: never throws, and calls nothing valid that the engine refuses', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...units),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        async (unit, changes) => {
          const torn = unit.bytes.slice();
          for (const [at, byte] of changes) torn[at % torn.length] = byte;
          const text = await disassemble(torn);
          if (text.startsWith(';; does not')) refused++;
          else expect(WebAssembly.validate(torn)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
