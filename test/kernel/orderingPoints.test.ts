import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/jit/packageFile.js';
import { orderingPoints } from '../../src/kernel/boot.js';
import { KERNEL_PRESETS } from '../../src/kernel/kernelPresets.js';
import { ORDERING_POINTS, type OrderingPoint, POINT } from '../../src/kernel/orderingPoints.js';
import { commentViolations, pairingsIn, type SourceTexts, tableViolations } from './pairingComments.js';

const SOURCES: SourceTexts = Object.fromEntries(
  ['src/kernel/', 'src/policies/', 'src/jit/'].flatMap((directory) =>
    readdirSync(packageFile(directory))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [`${directory}${file}`, readFileSync(packageFile(directory + file), 'utf8')]),
  ),
);

const point = (id: string, where: string, ...pairsWith: readonly string[]): OrderingPoint => ({
  id,
  kind: 'barrier',
  where,
  pairsWith,
  title: '',
});

describe('every ordering point', () => {
  it('names partners that exist and name it back', () => {
    expect(tableViolations(ORDERING_POINTS)).toEqual([]);
    expect(ORDERING_POINTS.length).toBeGreaterThan(15);
  });

  it('has a comment in its file that names the same partners, where they are', () => {
    expect(commentViolations(ORDERING_POINTS, SOURCES)).toEqual([]);
    const pairings = Object.entries(SOURCES).flatMap(([path, text]) => pairingsIn(path, text));
    expect(pairings.flatMap(({ ids }) => ids).sort()).toEqual(ORDERING_POINTS.map(({ id }) => id).sort());
  });

  it('has a number that accesses carry', () => {
    expect(Object.values(POINT)).toEqual(ORDERING_POINTS.map((_, index) => index));
  });
});

describe('the rules about them can fail', () => {
  const A = point('a-a', 'one', 'b-b');
  const B = point('b-b', 'two', 'a-a');
  const GOOD: SourceTexts = {
    'src/one.ts': '  // (a-a) pairs with (b-b) in two.ts: why.\n',
    'src/two.ts': '/* Text first. (b-b) pairs with\n *  (a-a) in one.ts */',
  };

  it('not for what is right', () => {
    expect(tableViolations([A, B])).toEqual([]);
    expect(commentViolations([A, B], GOOD)).toEqual([]);
  });

  it.each([
    ['an unknown partner', [point('a-a', 'one', 'c-c')], ["a-a: pairs with 'c-c', which does not exist"]],
    [
      'a partner that is silent',
      [A, point('b-b', 'two', 'b-b')],
      ['a-a: pairs with b-b, which does not name it'],
    ],
    ['a point without partners', [point('a-a', 'one')], ['a-a: pairs with nothing']],
    ['an id that is there twice', [A, A, B].map((each) => ({ ...each })), ['a-a: there twice']],
  ])('for %s in the table', (_, points, expected) => {
    expect(tableViolations(points)).toEqual(expected);
  });

  const says = (line: string, ...more: readonly string[]): readonly string[] => [line, ...more];
  it.each([
    [
      'a point without a comment',
      { ...GOOD, 'src/one.ts': '// (a-a) is here.\n' },
      says('a-a: no comment in one.ts says what it pairs with'),
    ],
    [
      'a comment that leaves a partner out',
      { ...GOOD, 'src/one.ts': '// (a-a) pairs with nobody.\n' },
      says('a-a: its comment does not name b-b'),
    ],
    [
      'a comment with a partner of its own',
      { ...GOOD, 'src/one.ts': '// (a-a) pairs with (b-b) in two.ts and (a-a) above.\n' },
      says('a-a: its comment names a-a, the table does not'),
    ],
    [
      'an id that does not exist',
      {
        ...GOOD,
        'src/one.ts': '// (a-a) pairs with (b-b) in two.ts.\n\n// (x-y) pairs with (b-b) in two.ts\n',
      },
      says("src/one.ts: names 'x-y', which does not exist"),
    ],
    [
      'the wrong file of a partner',
      { ...GOOD, 'src/one.ts': '// (a-a) pairs with (b-b) in three.ts.\n' },
      says('src/one.ts: says b-b is in three.ts, it is in two.ts'),
    ],
    [
      'a partner said to be in the same file',
      { ...GOOD, 'src/one.ts': '// (a-a) pairs with (b-b) above.\n' },
      says('src/one.ts: says b-b is in one.ts, it is in two.ts'),
    ],
    [
      'a comment in another file',
      { ...GOOD, 'src/three.ts': '// (a-a) pairs with (b-b) in two.ts\n' },
      says('a-a: has its comment in src/three.ts, and belongs to one.ts'),
    ],
    [
      'a file that is not there',
      { 'src/two.ts': GOOD['src/two.ts']! },
      says('a-a: 0 files are called one.ts'),
    ],
    [
      'a reference to where a point is not',
      { ...GOOD, 'src/three.ts': '/** Like (a-a) in two.ts. */' },
      says('src/three.ts: refers to a-a in two.ts, where it is not'),
    ],
  ])('for %s', (_, texts, expected) => {
    expect(commentViolations([A, B], texts)).toEqual(expected);
  });

  it('reads a comment over several lines, with groups', () => {
    const text =
      '  // (a) and (b-c) pair with (d-e)\n  // in x.ts, (f) and (g) in y-z.ts, and (h) below: because.\n';
    expect(pairingsIn('src/x.ts', text)).toEqual([
      {
        path: 'src/x.ts',
        ids: ['a', 'b-c'],
        partners: [
          { id: 'd-e', where: 'x' },
          { id: 'f', where: 'y-z' },
          { id: 'g', where: 'y-z' },
          { id: 'h', where: undefined },
        ],
      },
    ]);
  });
});

describe('leaving an ordering point out', () => {
  const latest = KERNEL_PRESETS.at(-1)!;

  it('marks it, and those that the kernel does not have', () => {
    const points = orderingPoints({ ...latest, missingPoints: ['exit-mm'] }, ['ipi-mb']);
    const removed = points.ids.filter((_, index) => points.removed[index] === 1);
    expect(removed.sort()).toEqual(['exit-mm', 'ipi-mb']);
  });

  it('refuses an id that does not exist', () => {
    expect(() => orderingPoints(latest, ['exit-mm', 'no-such'])).toThrow("unknown barrier id 'no-such'");
  });

  it('of a preset names only points that exist', () => {
    for (const preset of KERNEL_PRESETS) expect(() => orderingPoints(preset, [])).not.toThrow();
    const ids = ORDERING_POINTS.map(({ id }) => id);
    expect(
      KERNEL_PRESETS.flatMap((preset) => preset.missingPoints).filter((id) => !ids.includes(id)),
    ).toEqual([]);
  });
});
