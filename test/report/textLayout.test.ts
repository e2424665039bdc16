import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, definitions, grid, sideBySide, wrap } from '../../src/report/textLayout.js';

const WORDS = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });

describe('wrap', () => {
  it('any text: no line too long, no word lost, the lead in front of the first', () => {
    fc.assert(
      fc.property(WORDS, fc.integer({ min: 20, max: 100 }), (words, width) => {
        const lines = wrap(words.join(' '), '- ', width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines[0]).toMatch(/^- /);
        for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\S/);
        expect(lines.map((line) => line.slice(2)).join(' ')).toBe(words.join(' '));
      }),
    );
  });

  it('a word longer than the line stays whole', () => {
    expect(wrap('a '.concat('b'.repeat(30), ' c'), '', 10)).toEqual(['a', 'b'.repeat(30), 'c']);
  });
});

describe('definitions', () => {
  it('texts start in one column and continue below themselves', () => {
    expect(
      definitions([
        ['a', 'short'],
        ['long', 'word '.repeat(20).trim()],
      ]),
    ).toEqual([
      '  a     short',
      `  long  ${'word '.repeat(14).trim()}`,
      `        ${'word '.repeat(6).trim()}`,
    ]);
  });
});

describe('grid', () => {
  it('as many columns as fit in 80', () => {
    const lines = grid(Array.from({ length: 7 }, (_, index) => [`counter${index}`, 10 ** index]));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('  counter0       1  counter1      10  counter2     100  counter3    1000');
  });
});

describe('sideBySide', () => {
  it('texts of different lengths, and a line that does not fit', () => {
    const lines = sideBySide(['left', 'x'.repeat(50)], ['right']);
    expect(lines).toEqual([
      `  left${' '.repeat(33)} | right`,
      `  ${'x'.repeat(37)} |`,
      `  ${'x'.repeat(13)}${' '.repeat(24)} |`,
    ]);
  });
});
