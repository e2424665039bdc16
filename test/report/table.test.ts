import { describe, expect, it } from 'vitest';
import { type Column, tableHead, tableRow } from '../../src/report/table.js';

const COLUMNS: readonly Column<{ name: string; count: number }>[] = [
  { title: 'name', width: 6, align: 'left', cell: (row) => row.name },
  { title: 'count', width: 6, align: 'right', cell: (row) => String(row.count) },
  { title: 'last', width: 9, align: 'left', cell: () => 'yes' },
];

describe('a table that is printed row by row', () => {
  it('head and rows line up, and nothing hangs over the end', () => {
    expect([tableHead(COLUMNS), tableRow(COLUMNS, { name: 'a', count: 12345 })]).toEqual([
      '  name     count  last',
      '  a        12345  yes',
    ]);
  });
});
