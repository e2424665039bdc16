/** Functions of users' own: one that is good, and ways to get it wrong with what the user is told. */

export const MARK = '(@metadata.code.patch "key/2")';

/** A function that runs `body`. */
export function functionOf(body: string, fields = ''): string {
  return `(module ${fields}\n (func (export "run") ${body}))`;
}

export const GOOD = functionOf(`${MARK} i32.const 7 drop`);

export interface HostileCode {
  readonly title: string;
  readonly text: string;
  readonly message: string;
}

export const HOSTILE_TEXTS: readonly HostileCode[] = [
  { title: 'empty', text: '', message: 'my.wat: 0 patch points are marked; expected 1 to 32' },
  { title: 'no text at all', text: '\u0000\u0001\ud800', message: 'my.wat:1:1: error: unexpected char' },
  { title: 'cut off', text: GOOD.slice(0, -8), message: 'my.wat:2:' },
  {
    title: 'an unknown word',
    text: functionOf(`${MARK} i32.const 7 dorp`),
    message: 'unexpected token dorp',
  },
  { title: 'a type error', text: functionOf(`${MARK} i32.const 7`), message: 'type mismatch' },
  {
    title: 'nothing marked',
    text: functionOf(`;; ${MARK} i32.const 7\n (; (; ${MARK} ;) i32.const 7 ;)`),
    message: 'my.wat: 0 patch points are marked; expected 1 to 32',
  },
  {
    title: 'too many marked',
    text: functionOf(`${MARK} i32.const 7 drop `.repeat(33)),
    message: 'my.wat: 33 patch points are marked; expected 1 to 32',
  },
  {
    title: 'something else marked',
    text: functionOf(`${MARK} nop`),
    message:
      'my.wat:2:23: expected (@metadata.code.patch "name") with an i32.const right after it, found "(@metadata.code.patch \\"key/2\\") nop))"',
  },
  {
    title: 'an i64 marked',
    text: functionOf(`${MARK} i64.const 7 drop`),
    message: 'my.wat:2:23: expected (@metadata.code.patch "name") with an i32.const',
  },
  {
    title: 'a name that is none',
    text: functionOf('(@metadata.code.patch "a b") i32.const 7 drop'),
    message: 'my.wat:2:23: patch point "a b": expected a letter, then letters, digits, - and _',
  },
  {
    title: 'a name twice',
    text: functionOf(`${MARK} i32.const 7 drop\n ${MARK} i32.const 8 drop`),
    message: "my.wat:3:2: patch point 'key' is there twice",
  },
  {
    title: 'the constant that marks',
    text: functionOf(`${MARK} i32.const 7 drop i32.const 0x5eed1e00 drop`),
    message: 'my.wat:2:23: the constant 1592598016 is reserved',
  },
  {
    title: 'an import',
    text: functionOf(`${MARK} i32.const 7 drop`, '(import "env" "f" (func))'),
    message: "my.wat: it imports function 'f' of 'env'; the sandbox offers nothing to import",
  },
  {
    title: 'the name of an import of the sandbox',
    text: functionOf(`${MARK} i32.const 7 drop`, '(import "sandbox" "poll" (func))'),
    message: "my.wat: it imports function 'poll' of 'sandbox'",
  },
  {
    title: 'a start function',
    text: functionOf(`${MARK} i32.const 7 drop`, '(start 0)'),
    message: 'my.wat: it has a start function',
  },
  {
    title: 'too much memory',
    text: functionOf(`${MARK} i32.const 7 drop`, '(memory 257)'),
    message: 'my.wat: memory $M0 begins with 257 pages; expected at most 256',
  },
  {
    title: 'too long a table',
    text: functionOf(`${MARK} i32.const 7 drop`, '(table 5000 funcref)'),
    message: 'my.wat: table $T0 begins with 5000 entries; expected at most 4096',
  },
  {
    title: 'a shared memory',
    text: functionOf(`${MARK} i32.const 7 drop`, '(memory 1 2 shared)'),
    message: 'my.wat:1:',
  },
  {
    title: 'an exception',
    text: functionOf(`${MARK} i32.const 7 drop throw $e`, '(tag $e)'),
    message: 'my.wat:1:9: error: tag not allowed',
  },
  {
    title: 'a bulk instruction',
    text: functionOf(
      `${MARK} i32.const 7 drop i32.const 0 i32.const 0 i32.const 9 memory.fill`,
      '(memory 1)',
    ),
    message: 'my.wat: it uses memory.fill, which passes no safepoint',
  },
  {
    title: 'a text full of parentheses',
    text: `${'('.repeat(100_000)}`,
    message: 'my.wat',
  },
];

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const NAME = [...new TextEncoder().encode('metadata.code.patch')];
const KEY = [...new TextEncoder().encode('key/2')];

/** A section with one byte of size. */
function section(id: number, content: readonly number[]): number[] {
  return [id, content.length, ...content];
}

function metadata(content: readonly number[]): number[] {
  return section(0, [NAME.length, ...NAME, ...content]);
}

/** `(func (export "run") i32.const 7 drop)`, and what the metadata section says. */
export function binaryWith(...sections: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]),
    ...sections.flat(),
    ...section(10, [1, 5, 0, 0x41, 7, 0x1a, 0x0b]),
  ]);
}

/** One note: of function `func`, at `offset`. */
export function noteAt(func: number, offset: number): number[] {
  return metadata([1, func, 1, offset, KEY.length, ...KEY]);
}

export const GOOD_BINARY = binaryWith(noteAt(0, 1));

export interface HostileBinary {
  readonly title: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly message: string;
}

export const HOSTILE_BINARIES: readonly HostileBinary[] = [
  {
    title: 'empty',
    bytes: new Uint8Array(),
    message: 'my.wasm: no WebAssembly module: BufferSource argument is empty',
  },
  {
    title: 'no module',
    bytes: new TextEncoder().encode('hello'),
    message: 'my.wasm: no WebAssembly module: expected magic word 00 61 73 6d, found 68 65 6c 6c @+0',
  },
  { title: 'cut off', bytes: GOOD_BINARY.slice(0, -3), message: 'my.wasm: no WebAssembly module:' },
  {
    title: 'nothing in it',
    bytes: Uint8Array.from(HEADER),
    message: 'my.wasm: 0 patch points are marked; expected 1 to 32',
  },
  {
    title: 'the section twice',
    bytes: binaryWith(noteAt(0, 1), noteAt(0, 1)),
    message: 'my.wasm: section metadata.code.patch is there twice',
  },
  {
    title: 'an empty section',
    bytes: binaryWith(metadata([])),
    message: 'my.wasm: section metadata.code.patch, byte 0: expected how many functions',
  },
  {
    title: 'a section that ends early',
    bytes: binaryWith(metadata([1, 0, 1, 1, 99, 0x6b])),
    message: 'my.wasm: section metadata.code.patch, byte 5: expected 99 bytes of payload',
  },
  {
    title: 'a section that goes on',
    bytes: binaryWith(metadata([0, 0])),
    message: 'my.wasm: section metadata.code.patch, byte 1: expected the end of the section',
  },
  {
    title: 'a count without end',
    bytes: binaryWith(metadata([0xff, 0xff, 0xff, 0xff, 0x0f])),
    message: 'my.wasm: section metadata.code.patch, byte 5: expected a function index',
  },
  {
    title: 'a function that is not there',
    bytes: binaryWith(noteAt(9, 1)),
    message: 'my.wasm: function 9, byte 1: expected an i32.const (0x41), found no function',
  },
  {
    title: 'an offset behind the end',
    bytes: binaryWith(noteAt(0, 77)),
    message: 'my.wasm: function 0, byte 77: expected an i32.const (0x41), found the end',
  },
  {
    title: 'another instruction',
    bytes: binaryWith(noteAt(0, 3)),
    message: 'my.wasm: function 0, byte 3: expected an i32.const (0x41), found byte 0x1a',
  },
  {
    title: 'the same place twice',
    bytes: binaryWith(metadata([1, 0, 2, 1, 1, 0x61, 1, 1, 0x62])),
    message: 'my.wasm: function 0, byte 1: expected an i32.const (0x41), found another patch point',
  },
  {
    title: 'the middle of an instruction that looks like one',
    /* i64.const 0x41 -63 ... : the byte 0x41 is a payload. */
    bytes: Uint8Array.from([
      ...HEADER,
      ...section(1, [1, 0x60, 0, 0]),
      ...section(3, [1, 0]),
      ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]),
      ...noteAt(0, 2),
      ...section(10, [1, 7, 0, 0x41, 0x41, 0x1a, 0x01, 0x01, 0x0b]),
    ]),
    message: 'my.wasm: function 0, byte 2:',
  },
];
