import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../src/base/errors.js';
import { codeFile } from '../../src/engines/ownCode.js';
import { outlineBinary, outlineText } from '../../src/jit/outline.js';
import { readPackageText } from '../../src/jit/packageFile.js';
import { flatText } from '../../src/jit/wabt.js';
import { mutatedText } from '../scenarios/file/mutatedText.js';
import { mutatedBytes } from './mutatedBytes.js';
import { functionOf, GOOD, GOOD_BINARY, HOSTILE_BINARIES, HOSTILE_TEXTS, MARK } from './ownCodeCorpus.js';

const FUZZ_RUNS = Number(process.env.CORESYNC_FUZZ_RUNS ?? 600);

async function refusalOf(read: Promise<unknown>): Promise<LabError> {
  try {
    await read;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('outlining', () => {
  it('text and binary give the same: the constant is a call, the entry a poll', async () => {
    const fromText = await outlineText(GOOD, 'my.wat');
    const fromBinary = await outlineBinary(GOOD_BINARY, 'my.wasm');
    expect(fromText.points).toEqual([{ name: 'key', first: 7, values: 2 }]);
    expect(fromBinary).toEqual(fromText);
    const module = new WebAssembly.Module(fromText.bytes);
    expect(WebAssembly.Module.imports(module)).toEqual([
      { module: 'sandbox', name: 'poll', kind: 'function' },
      { module: 'sandbox', name: 'patch.0', kind: 'function' },
    ]);
    expect(withoutBlanks(await flatText('my.wat', fromText.bytes))).toMatch(
      /call \$sandbox\.poll global\.set \S+ end call \$sandbox\.patch\.0 drop\)/,
    );
  });

  it('every loop polls, and every function with a body', async () => {
    const text = functionOf(
      `(local i32) (loop $a (loop $b ${MARK} i32.const -0x1 br_if $b) br $a)`,
      '(func $other i32.const 1 drop) (func $empty)',
    );
    const { bytes, points } = await outlineText(text, 'my.wat');
    expect(points).toEqual([{ name: 'key', first: -1, values: 2 }]);
    const flat = await flatText('my.wat', bytes);
    expect(flat.match(/^ *call \$sandbox\.poll$/gm)).toHaveLength(4);
    expect(
      flat.match(/loop \S+(\s+(global|i32|if)\S* \S+|\s+i32\.\w+)+\s+call \$sandbox\.poll/g),
    ).toHaveLength(2);
  });

  it('a mark may stand before an operand in parentheses', async () => {
    const { points } = await outlineText(functionOf(`(drop ${MARK} (i32.const 3))`), 'my.wat');
    expect(points).toEqual([{ name: 'key', first: 3, values: 2 }]);
  });

  it('memory and table get a most, or keep a lower one', async () => {
    const text = functionOf(`${MARK} i32.const 7 drop`, '(memory 1) (table 2 3 funcref)');
    const { bytes } = await outlineText(text, 'my.wat');
    const flat = await flatText('my.wat', bytes);
    expect(flat).toMatch(/\(memory \$M0 1 256\)/);
    expect(flat).toMatch(/\(table \$T0 2 3 funcref\)/);
  });
});

describe('what is wrong is refused, with the place', () => {
  it.each(HOSTILE_TEXTS)('text: $title', async ({ text, message }) => {
    const error = await refusalOf(outlineText(text, 'my.wat'));
    expect(error.message).toContain(message);
    expect(error.exit).toBe(2);
    expect(error.next).not.toBe('');
  });

  it.each(HOSTILE_BINARIES)('binary: $title', async ({ bytes, message }) => {
    const error = await refusalOf(outlineBinary(bytes, 'my.wasm'));
    expect(error.message).toContain(message);
    expect(error.exit).toBe(2);
    expect(error.next).not.toBe('');
  });
});

describe('mutated files are accepted or refused, and nothing else', () => {
  const count = async (
    read: Promise<unknown>,
    seen: { accepted: number; refused: number },
  ): Promise<void> => {
    try {
      await read;
      seen.accepted++;
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
      seen.refused++;
    }
  };

  it('text', async () => {
    const seen = { accepted: 0, refused: 0 };
    const sample = (await readPackageText('wasm/bytecode-interpreter.wat')).replace(/;;.*/g, '');
    const encoder = new TextEncoder();
    await fc.assert(
      fc.asyncProperty(mutatedText(sample), (text) => count(codeFile('my.wat', encoder.encode(text)), seen)),
      { numRuns: FUZZ_RUNS },
    );
    expect(seen).not.toMatchObject({ accepted: 0 });
    expect(seen).not.toMatchObject({ refused: 0 });
  });

  it('binary', async () => {
    const seen = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(mutatedBytes(GOOD_BINARY), (bytes) => count(codeFile('my.wasm', bytes), seen)),
      { numRuns: FUZZ_RUNS },
    );
    expect(seen).not.toMatchObject({ accepted: 0 });
    expect(seen).not.toMatchObject({ refused: 0 });
  });
});
