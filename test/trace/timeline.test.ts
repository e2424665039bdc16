import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/trace/timeline.js';

const label = (name: string): { readonly category: string; readonly name: string } => ({
  category: 'c',
  name,
});
const names = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);

describe('a timeline', () => {
  it('keeps slices that lie in each other when they end', () => {
    const timeline = new Timeline(10);
    timeline.begin(0, 1, label('outer'));
    timeline.begin(0, 2, label('inner'));
    timeline.add(0, 3, 4, label('leaf'));
    expect(timeline.depth(0)).toBe(2);
    expect(timeline.open(0, 1)?.name).toBe('inner');
    timeline.end(0, 1, 5);
    timeline.finish(9);
    expect(timeline.slices.map(({ name, depth, from, until }) => [name, depth, from, until])).toEqual([
      ['leaf', 2, 3, 4],
      ['inner', 1, 2, 5],
      ['outer', 0, 1, 9],
    ]);
    expect(timeline.leftOut).toBe(0);
  });

  it('leaves out a slice of no length, which is not counted', () => {
    const timeline = new Timeline(10);
    timeline.begin(0, 1, label('a'));
    timeline.end(0, 0, 1);
    expect([timeline.slices.length, timeline.leftOut]).toEqual([0, 0]);
  });

  it('keeps the last ones, and an arrow only with both its ends', () => {
    const timeline = new Timeline(4);
    const [a, b] = ['a', 'b'].map((name, at) => timeline.add(0, at, at + 1, label(name)));
    timeline.arrow('gone', a!, b!);
    const [c, d] = ['c', 'd'].map((name, at) => timeline.add(0, at + 2, at + 3, label(name)));
    timeline.arrow('kept', c!, d!);
    expect(names(timeline.slices)).toEqual(['c', 'd']);
    expect(names(timeline.arrows)).toEqual(['kept']);
    expect(timeline.leftOut).toBe(2);
  });

  it('stops soon after a finding: what came before it is there, and what had not ended', () => {
    const timeline = new Timeline(4);
    timeline.begin(1, 0, label('long'));
    for (let at = 0; at < 10; at++) timeline.add(0, at, at + 1, label(`${at}`));
    timeline.markFinding(0, 10, label('stale'));
    for (let at = 10; at < 20; at++) timeline.add(0, at, at + 1, label(`${at}`));
    timeline.finish(20);
    expect(names(timeline.marks)).toEqual(['stale']);
    expect(timeline.slices.map(({ name, until }) => [name, until])).toEqual([
      ['9', 10],
      ['10', 11],
      ['11', 12],
      ['long', 12],
    ]);
    // 9 before, 8 after; `long` ended later, and is there up to the last one.
    expect(timeline.leftOut).toBe(18);
  });
});
