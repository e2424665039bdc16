/** LEB128 integers as WebAssembly writes them; the signed one always in five bytes, so that any i32 fits in place.
 *
 *  Source: WebAssembly Core Specification 2.0, "Integers" (binary format). It allows redundant bytes as long as
 *  the bits of the last byte that lie above bit 31 repeat the sign.
 *  Limit: 32-bit integers only. The decoders are for bytes that may be torn, so they check; they do not repair. */
import { EXIT, LabError } from '../base/errors.js';

/** ceil(32 / 7): with this many bytes every i32 has an encoding, and patching never changes a length. */
export const PADDED_I32_BYTES = 5;

const BITS_PER_BYTE = 7;
const PAYLOAD = 0x7f;
const CONTINUES = 0x80;

/** @param value taken modulo 2^32, as a signed i32. */
export function encodePaddedI32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PADDED_I32_BYTES);
  const last = PADDED_I32_BYTES - 1;
  for (let i = 0; i < last; i++) bytes[i] = ((value >> (BITS_PER_BYTE * i)) & PAYLOAD) | CONTINUES;
  /* The arithmetic shift brings four bits of value and, above them, copies of the sign: what the spec asks for. */
  bytes[last] = (value >> (BITS_PER_BYTE * last)) & PAYLOAD;
  return bytes;
}

/** The i32 at `offset`, in one to five bytes.
 *  @throws {LabError} E_LEB where the engine would refuse the bytes too. */
export function decodeI32(bytes: Uint8Array, offset: number): number {
  const { bits, last, length } = readGroups(bytes, offset);
  if (length < PADDED_I32_BYTES) {
    const unused = 32 - BITS_PER_BYTE * length;
    return (bits << unused) >> unused;
  }
  const aboveBit31 = last >> 4;
  const sign = bits < 0 ? 0b111 : 0;
  if (aboveBit31 !== sign) throw malformed(offset, 'its last byte is not a sign extension');
  return bits;
}

/** An unsigned 32-bit integer and where the next thing starts: section sizes, counts, name lengths.
 *  @throws {LabError} E_LEB where the engine would refuse the bytes too. */
export function readU32(
  bytes: Uint8Array,
  offset: number,
): { readonly value: number; readonly next: number } {
  const { bits, last, length } = readGroups(bytes, offset);
  if (length === PADDED_I32_BYTES && last >> 4 !== 0) throw malformed(offset, 'it does not fit in 32 bits');
  return { value: bits >>> 0, next: offset + length };
}

function readGroups(
  bytes: Uint8Array,
  offset: number,
): { readonly bits: number; readonly last: number; readonly length: number } {
  let bits = 0;
  for (let i = 0; i < PADDED_I32_BYTES; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) throw malformed(offset, 'the bytes end inside it');
    bits |= (byte & PAYLOAD) << (BITS_PER_BYTE * i);
    if ((byte & CONTINUES) === 0) return { bits, last: byte, length: i + 1 };
  }
  throw malformed(offset, `it goes on after ${PADDED_I32_BYTES} bytes`);
}

function malformed(offset: number, why: string): LabError {
  return new LabError(
    'E_LEB',
    `no LEB128 integer at byte ${offset}: ${why}`,
    'Disassemble the module to see what is there.',
    EXIT.broke,
  );
}
