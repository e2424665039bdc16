/** Marks the patch points of a module in binary form, where its custom section says they are.
 *
 *  Source: WebAssembly Core Specification 2.0, "Modules" (binary format): the code section is a vector of sized bodies.
 *  Limit: it looks at the byte an offset points at. Whether an instruction begins there shows later, when the marked
 *  module is read: outline.ts looks for each mark. Custom sections are left out, because the code moves. */
import { LabError } from '../base/errors.js';
import { type CodeNote, readCodeMetadata } from './codeMetadata.js';
import { decodeI32, encodePaddedI32, PADDED_I32_BYTES, readU32 } from './leb128.js';
import { type MarkedConstant, METADATA_SECTION, markOf } from './patchMark.js';

const MODULE_HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;
const CODE_SECTION = 10;
const I32_CONST = 0x41;
const CONTINUES = 0x80;

/** @param bytes a module that the engine accepts, without imports: functions count from the first body.
 *  @param section the content of its section METADATA_SECTION.
 *  @throws {LabError} E_WASM, E_OWN_CODE with the place where something else than an i32.const is marked. */
export function markBinary(
  bytes: Uint8Array<ArrayBuffer>,
  section: Uint8Array,
  file: string,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly points: readonly MarkedConstant[] } {
  const notes = readCodeMetadata(section, file, METADATA_SECTION);
  const points: MarkedConstant[] = [];
  const parts: Uint8Array[] = [bytes.subarray(0, MODULE_HEADER_BYTES)];
  for (let at = MODULE_HEADER_BYTES; at < bytes.length; ) {
    const id = bytes[at]!;
    const { value: size, next: start } = readU32(bytes, at + 1);
    const content = bytes.subarray(start, start + size);
    if (id === CODE_SECTION) parts.push(sized([id], markedBodies(content, notes, points, file)));
    else if (id !== CUSTOM_SECTION) parts.push(bytes.subarray(at, start + size));
    at = start + size;
  }
  const stray = notes.find((note) => !points.some(({ where }) => where === placeOf(file, note)));
  if (stray) throw notAConstant(placeOf(file, stray), 'no function');
  return { bytes: joined(parts), points };
}

/** The content of a code section with the constants of `notes` replaced. */
function markedBodies(
  content: Uint8Array,
  notes: readonly CodeNote[],
  points: MarkedConstant[],
  file: string,
): Uint8Array {
  let { value: count, next: at } = readU32(content, 0);
  const parts: Uint8Array[] = [unsigned(count)];
  for (let func = 0; count > 0; count--, func++) {
    const { value: size, next: start } = readU32(content, at);
    const body = content.subarray(start, start + size);
    const own = notes.filter((note) => note.func === func).sort((a, b) => a.offset - b.offset);
    const pieces: Uint8Array[] = [];
    let copied = 0;
    for (const note of own) {
      const where = placeOf(file, note);
      const { constant, end } = constantAt(body, note.offset, where);
      if (note.offset < copied) throw notAConstant(where, 'another patch point');
      pieces.push(body.subarray(copied, note.offset + 1), encodePaddedI32(markOf(points.length)));
      points.push({ payload: note.payload, constant, where });
      copied = end;
    }
    pieces.push(body.subarray(copied));
    parts.push(sized([], joined(pieces)));
    at = start + size;
  }
  return joined(parts);
}

function constantAt(
  body: Uint8Array,
  offset: number,
  where: string,
): { readonly constant: number; readonly end: number } {
  const opcode = body[offset];
  if (opcode !== I32_CONST) {
    throw notAConstant(where, opcode === undefined ? 'the end' : `byte 0x${opcode.toString(16)}`);
  }
  let end = offset + 1;
  while (end < offset + PADDED_I32_BYTES && (body[end] ?? 0) & CONTINUES) end++;
  try {
    return { constant: decodeI32(body, offset + 1), end: end + 1 };
  } catch (error) {
    if (error instanceof LabError) throw notAConstant(where, 'no constant');
    throw error;
  }
}

function placeOf(file: string, { func, offset }: CodeNote): string {
  return `${file}: function ${func}, byte ${offset}`;
}

function notAConstant(where: string, found: string): LabError {
  return new LabError(
    'E_OWN_CODE',
    `${where}: expected an i32.const (0x41), found ${found}`,
    `Give section ${METADATA_SECTION} the offset of an i32.const from the start of the function's body.`,
  );
}

function sized(head: readonly number[], content: Uint8Array): Uint8Array {
  return joined([Uint8Array.from(head), unsigned(content.length), content]);
}

function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < CONTINUES) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & (CONTINUES - 1)) | CONTINUES);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
