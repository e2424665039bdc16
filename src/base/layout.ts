/** Declares where every shared word of a machine lives.
 *
 *  All state that the kernel, the policies and the fetch path touch is in one buffer, so that a machine is
 *  reset by copying it, a state can be hashed, and every worker and every piece of generated code sees the
 *  same thing. Nobody writes an address by hand: a table accessor is the only way to get one. */
import type { WordAddress } from './ids.js';

/** A record type: its name and its one-word fields, in order. */
export interface RecordShape<Field extends string> {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** One accessor per field: record index in, word address out. */
export type Table<Field extends string> = {
  readonly [K in Field]: (index: number) => WordAddress;
} & { readonly $count: number };

/** A run of plain words; `at(i)` is the address of the i-th. */
export interface Words {
  readonly at: (index: number) => WordAddress;
  readonly $count: number;
}

/** A run of bytes, aligned to a cache line. */
export interface Bytes {
  /** Byte offset in the buffer. */
  readonly $start: number;
  readonly $length: number;
}

export function shape<const Field extends string>(
  name: string,
  fields: readonly Field[],
): RecordShape<Field> {
  return { name, fields };
}

export const WORD_BYTES = 4;
export const LINE_BYTES = 64;
const LINE_WORDS = LINE_BYTES / WORD_BYTES;

/** One line of the memory map, for `describe` and for tests. */
export interface Region {
  readonly name: string;
  readonly startByte: number;
  readonly bytes: number;
}

/** Where records go that one cpu writes and others read: on cache lines of their own, for real threads, or next to
 *  each other, for engines that copy or hash the state. */
export type Spacing = 'cache-lines' | 'packed';

/** Hands out addresses in the order of the calls; the same calls give the same layout in every worker. */
export class LayoutBuilder {
  readonly regions: Region[] = [];
  readonly #spacing: Spacing;
  /* Word 0 is never handed out, so that 0 can stand for "no address". */
  #nextWord = LINE_WORDS;

  constructor(spacing: Spacing = 'cache-lines') {
    this.#spacing = spacing;
  }

  #take(name: string, words: number): WordAddress {
    const start = Math.ceil(this.#nextWord / LINE_WORDS) * LINE_WORDS;
    this.#nextWord = start + words;
    this.regions.push({ name, startByte: start * WORD_BYTES, bytes: words * WORD_BYTES });
    return start;
  }

  #table<Field extends string>(record: RecordShape<Field>, count: number, stride: number): Table<Field> {
    const base = this.#take(record.name, count * stride);
    const table: Record<string, unknown> = { $count: count };
    record.fields.forEach((field, offset) => {
      table[field] = (index: number): WordAddress => base + index * stride + offset;
    });
    // Copied, because V8 makes a hash table of an object that was given many fields by computed names: reading the copy
    // is an order of magnitude faster.
    return { ...table } as Table<Field>;
  }

  /** Records packed next to each other. */
  table<Field extends string>(record: RecordShape<Field>, count: number): Table<Field> {
    return this.#table(record, count, record.fields.length);
  }

  /** Records on cache lines of their own, unless the layout is packed. */
  perCpuTable<Field extends string>(record: RecordShape<Field>, cpus: number): Table<Field> {
    return this.#table(record, cpus, this.spaced(record.fields.length));
  }

  /** Words from one record to the next, for records of `words` words. */
  spaced(words: number): number {
    return this.#spacing === 'packed' ? words : Math.ceil(words / LINE_WORDS) * LINE_WORDS;
  }

  words(name: string, count: number): Words {
    const base = this.#take(name, count);
    return { at: (index) => base + index, $count: count };
  }

  bytes(name: string, count: number): Bytes {
    const start = this.#take(name, Math.ceil(count / WORD_BYTES)) * WORD_BYTES;
    return { $start: start, $length: count };
  }

  /** Size of the whole layout, in bytes. */
  get byteLength(): number {
    return this.#nextWord * WORD_BYTES;
  }
}
