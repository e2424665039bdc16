import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barChart } from '../../../src/report/html/barChart.js';
import { intervalPlot } from '../../../src/report/html/intervalPlot.js';
import { lineChart } from '../../../src/report/html/lineChart.js';
import { html } from '../../../src/report/html/markup.js';
import { page } from '../../../src/report/html/page.js';
import { dataIn, openTags, textIn } from './htmlText.js';

const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom('</script>', '<!--', '"><img src=x>', "' onload='", '&lt;', ']]>', '</title><h1>'),
);

describe('the page', () => {
  it('whatever is put in is text, in a title, a section and an attribute', () => {
    fc.assert(
      fc.property(hostile, hostile, (title, text) => {
        const body = html`<p title="${text}">${text}</p>`;
        const written = page(title, [{ title: text, body }], [{ text }]);
        expect(openTags(written)).toEqual([]);
        expect(textIn(written, 'title')).toBe(title);
        expect(textIn(written, 'p')).toBe(text);
        expect(written).not.toContain('<img');
      }),
    );
  });

  it('has its documents in it as they were', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostile, (value, text) => {
        const documents = [{ value, text }, text];
        const sections = documents.map(() => ({ title: 'one', body: html`` }));
        expect(dataIn(page('all', sections, documents))).toEqual(JSON.parse(JSON.stringify(documents)));
      }),
    );
  });

  it('needs nothing else: it names no other place', () => {
    const written = page(
      'one',
      [{ title: 'two', verdict: { text: 'bad', tone: 'bad' }, body: html`` }],
      [{}],
    );
    expect(written).not.toMatch(/https?:|src=|url\(|@import|<link/);
    expect(written.match(/href="[^#]/)).toBeNull();
    expect(written).toContain('<span class="verdict bad">bad</span>');
  });
});

describe('charts', () => {
  it('bars are as long as their values, and a wrong one is seen', () => {
    const { text } = barChart([
      { name: 'a', value: 200, label: '200' },
      { name: 'b', value: 50, label: '50', isBad: true },
      { name: 'c', value: 0, label: '0' },
    ]);
    const widths = [...text.matchAll(/<rect class="bar (good|bad)"[^>]* width="([\d.]+)"/g)];
    expect(widths.map(([, tone]) => tone)).toEqual(['good', 'bad', 'good']);
    const [a, b, c] = widths.map(([, , width]) => Number(width));
    expect(b! / a!).toBeCloseTo(1 / 4, 2);
    expect(c).toBe(0);
    expect(openTags(text)).toEqual([]);
  });

  it('curves: higher is higher, also where all values are the same, or one', () => {
    const heightsOf = (...values: number[]): number[] => {
      const points = values.map((value, index) => [String(index), value] as const);
      const { text } = lineChart([{ name: 'one', points }], { x: 'x', y: 'y' });
      expect(openTags(text)).toEqual([]);
      expect(text).not.toMatch(/NaN|Infinity/);
      return [...text.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => -Number(y));
    };
    const [low, high, middle] = heightsOf(10, 30, 20);
    expect(high).toBeGreaterThan(middle!);
    expect(middle).toBeGreaterThan(low!);
    expect(new Set(heightsOf(7, 7, 7)).size).toBe(1);
    expect(heightsOf(0, 0)).toHaveLength(2);
    expect(heightsOf(5)).toHaveLength(1);
  });

  it('intervals: on the side of 1 that they are on', () => {
    const { text } = intervalPlot([
      { name: 'slower', value: 1.2, interval: [1.1, 1.3], isBad: true },
      { name: 'the same', value: 1 },
    ]);
    const [line] = [...text.matchAll(/class="axis" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    const [low] = [...text.matchAll(/class="interval" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    const centres = [...text.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(low).toBeGreaterThan(line!);
    expect(centres[0]).toBeGreaterThan(low!);
    expect(centres[1]).toBe(line);
    expect(openTags(text)).toEqual([]);
  });

  it.each([
    ['large', [7, 0.5], ['x0.1429', 'x1', 'x7.000']],
    ['small', [0.1, 2], ['x0.1000', 'x1', 'x10.00']],
    ['next to 1', [1.001], ['x0.9804', 'x1', 'x1.020']],
  ])('intervals: ratios that are %s, on an axis without anything negative', (_, ratios, labels) => {
    const { text } = intervalPlot(ratios.map((value) => ({ name: 'one', value })));
    const ends = [...text.matchAll(/class="soft" x="([\d.]+)"[^>]*>(x[^<]*)</g)];
    expect(ends.map(([, , label]) => label)).toEqual(labels);
    const [left, middle, right] = ends.map(([, x]) => Number(x));
    expect(middle! - left!).toBeCloseTo(right! - middle!, 0);
    for (const [, x] of text.matchAll(/cx="([^"]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(left!);
      expect(Number(x)).toBeLessThanOrEqual(right!);
    }
  });

  it('intervals: half as much is as far from 1 as twice as much', () => {
    const { text } = intervalPlot([0.5, 1, 2].map((value) => ({ name: 'one', value })));
    const [half, one, twice] = [...text.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(one! - half!).toBeCloseTo(twice! - one!, 0);
  });
});
