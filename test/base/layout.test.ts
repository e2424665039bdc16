import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayoutBuilder, LINE_BYTES, shape, WORD_BYTES } from '../../src/base/layout.js';

const FIELDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q'] as const;

type Declaration =
  | { readonly kind: 'table' | 'perCpuTable'; readonly fields: number; readonly count: number }
  | { readonly kind: 'words' | 'bytes'; readonly count: number };

const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('table', 'perCpuTable'),
    fields: fc.integer({ min: 1, max: FIELDS.length }),
    count: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({ kind: fc.constantFrom('words', 'bytes'), count: fc.integer({ min: 0, max: 300 }) }),
);
const declarations = fc.array(declaration, { minLength: 1, maxLength: 12 });

/** Declares everything. @returns the bytes of each thing that can be addressed, as [start, end). */
function declare(builder: LayoutBuilder, all: readonly Declaration[]): (readonly [number, number])[] {
  const wordAt = (address: number): readonly [number, number] => [
    address * WORD_BYTES,
    (address + 1) * WORD_BYTES,
  ];
  return all.flatMap((one, index) => {
    const name = `${one.kind} ${index}`;
    if (one.kind === 'bytes') {
      const { $start, $length } = builder.bytes(name, one.count);
      return [[$start, $start + $length] as const];
    }
    const records = Array.from({ length: one.count }, (_, record) => record);
    if (!('fields' in one)) return records.map(builder.words(name, one.count).at).map(wordAt);
    const fields = FIELDS.slice(0, one.fields);
    const table = builder[one.kind](shape(name, fields), one.count);
    return records.flatMap((record) => fields.map((field) => wordAt(table[field]!(record))));
  });
}

describe.each(['cache-lines', 'packed'] as const)('LayoutBuilder, %s', (spacing) => {
  it('hands out no byte twice, and none outside the layout', () => {
    fc.assert(
      fc.property(declarations, (all) => {
        const builder = new LayoutBuilder(spacing);
        const pieces = declare(builder, all).sort(([a], [b]) => a - b);
        expect(pieces.filter(([start], i) => i > 0 && start < pieces[i - 1]![1])).toEqual([]);
        expect(pieces.at(-1)?.[1] ?? 0).toBeLessThanOrEqual(builder.byteLength);
      }),
    );
  });

  it('regions do not overlap, and each starts on a line', () => {
    fc.assert(
      fc.property(declarations, (all) => {
        const builder = new LayoutBuilder(spacing);
        declare(builder, all);
        expect(builder.regions).toHaveLength(all.length);
        let end = 0;
        for (const { startByte, bytes } of builder.regions) {
          expect(startByte % LINE_BYTES).toBe(0);
          expect(startByte).toBeGreaterThanOrEqual(end);
          end = startByte + bytes;
        }
      }),
    );
  });

  it('never hands out address 0, which stands for "no address"', () => {
    fc.assert(
      fc.property(declarations, (all) => {
        const starts = declare(new LayoutBuilder(spacing), all).map(([start]) => start);
        expect(Math.min(1, ...starts)).toBeGreaterThan(0);
      }),
    );
  });

  it('the same declarations give the same layout: workers need not be told where things are', () => {
    fc.assert(
      fc.property(declarations, (all) => {
        const one = new LayoutBuilder(spacing);
        const other = new LayoutBuilder(spacing);
        expect(declare(other, all)).toEqual(declare(one, all));
        expect(other.regions).toEqual(one.regions);
        expect(other.byteLength).toBe(one.byteLength);
      }),
    );
  });

  it('says how many there are', () => {
    const builder = new LayoutBuilder(spacing);
    expect(builder.table(shape('t', ['x', 'y']), 5).$count).toBe(5);
    expect(builder.words('w', 7).$count).toBe(7);
    expect(builder.bytes('b', 9).$length).toBe(9);
  });
});

describe('perCpuTable', () => {
  it('for real threads: the records of two cpus share no line', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: FIELDS.length }),
        fc.integer({ min: 1, max: 9 }),
        (fields, cpus) => {
          const builder = new LayoutBuilder('cache-lines');
          builder.words('something before it', 3);
          const names = FIELDS.slice(0, fields);
          const table = builder.perCpuTable(shape('record', names), cpus);
          const lineOf = (address: number): number => Math.floor((address * WORD_BYTES) / LINE_BYTES);
          const lines = Array.from({ length: cpus }, (_, cpu) => [
            ...new Set(names.map((name) => lineOf(table[name]!(cpu)))),
          ]).flat();
          expect(new Set(lines).size).toBe(lines.length);
          expect((table.a(0) * WORD_BYTES) % LINE_BYTES).toBe(0);
        },
      ),
    );
  });

  it('packed: the records follow each other, for engines that copy the state', () => {
    const builder = new LayoutBuilder('packed');
    const table = builder.perCpuTable(shape('record', ['a', 'b', 'c']), 4);
    expect([0, 1, 2, 3].map((cpu) => table.a(cpu) - table.a(0))).toEqual([0, 3, 6, 9]);
  });

  it('spaced() is the distance between two records', () => {
    for (const words of [1, 15, 16, 17]) {
      for (const spacing of ['cache-lines', 'packed'] as const) {
        const builder = new LayoutBuilder(spacing);
        const table = builder.perCpuTable(shape('record', FIELDS.slice(0, words)), 2);
        expect(table.a(1) - table.a(0)).toBe(builder.spaced(words));
      }
    }
  });
});
