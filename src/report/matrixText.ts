/** The matrix in 80 columns: for each scenario a grid of policies and profiles, one letter a row. */
import { counted } from './countsText.js';
import type { MatrixDocument } from './matrixSchema.js';
import { wrap } from './textLayout.js';

type Row = MatrixDocument['rows'][number];

const LETTER: Readonly<Record<Row['verdict'], string>> = {
  safe: '.',
  stale: 'S',
  torn: 'T',
  fault: 'F',
  unsupported: '-',
  inconclusive: '?',
};

/** Going wrong is forbidden: every schedule was looked at. */
const FORBIDDEN = '#';

export function matrixText(document: MatrixDocument): string {
  const { rows } = document;
  const profiles = profilesOf(rows);
  const lines = [
    'Profiles',
    ...profiles.map((profile, index) => `  ${letterOf(index)}  ${profile}`),
    '',
    ...legendOf(rows).map((line, index) => `${index === 0 ? 'Verdicts:' : '         '} ${line.join('  ')}`),
    ...gridsOf(rows).flatMap(gridText),
    '',
    ...unexpectedRows(rows).flatMap(({ what, why }) => [what, ...wrap(why, '  ')]),
    ...wrap(`verdict: ${matrixVerdict(document)}`, ''),
  ];
  return `${lines.join('\n')}\n`;
}

export function matrixVerdict(document: MatrixDocument): string {
  const { rows, unexpected, seeds, engine, seconds, stoppedBy } = document;
  const proved = rows.filter((row) => row.basis === 'exhaustive').length;
  const how =
    proved > 0 ? `${proved} of them from every schedule` : `${engine}, ${counted(seeds.length, 'run')} each`;
  const outcome = matrixOutcome(document);
  if (rows.length === 0)
    return `${outcome} — nothing was judged: no expectation is recorded for what was chosen`;
  const soFar = stoppedBy === 'interrupted' && outcome === 'as expected' ? ' so far' : '';
  return (
    `${outcome}${soFar} — ${counted(rows.length, 'row')}, ` +
    `${unexpected} not as expected; ${how}, ${seconds.toFixed(1)} s` +
    (stoppedBy === 'interrupted' ? '; interrupted, rows are missing' : '')
  );
}

/** Where there is no row, or rows that could not be judged are all that is not as expected, the whole could not be judged. */
export function matrixOutcome({
  rows,
}: Pick<MatrixDocument, 'rows'>): 'as expected' | 'not as expected' | 'inconclusive' {
  const unexpected = rows.filter((row) => !row.asExpected);
  if (unexpected.some((row) => row.verdict !== 'inconclusive')) return 'not as expected';
  return unexpected.length > 0 || rows.length === 0 ? 'inconclusive' : 'as expected';
}

const LEGEND = [
  ['. safe (not observed)', '# safe (no schedule goes wrong)'],
  ['S stale', 'T torn', 'F fault', '- unsupported', '? none'],
  ['! not as expected', '* what parts do, and no manual promises'],
];

/** What the letters mean, by line. */
export function legendOf(rows: readonly Row[]): readonly (readonly string[])[] {
  if (!rows.some((row) => row.ending)) return LEGEND;
  return [...LEGEND, ['k killed', 'a aborted', 'w withheld: nothing was published']];
}

const ENDING_LETTER: Readonly<Record<NonNullable<Row['ending']>, string>> = {
  killed: 'k',
  aborted: 'a',
  withheld: 'w',
};

export function letterFor({ verdict, basis, ending }: Row): string {
  if (ending) return ENDING_LETTER[ending];
  return verdict === 'safe' && basis === 'exhaustive' ? FORBIDDEN : LETTER[verdict];
}

function letterOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** What makes a grid, and a line of it. */
interface Shape {
  readonly grid: (row: Row) => string;
  readonly line: (row: Row) => string;
}
const BY_POLICY: Shape = { grid: (row) => row.scenario, line: (row) => row.policy };
const BY_PROTOCOL: Shape = { grid: (row) => row.policy, line: (row) => row.protocol };
const BY_OVERLAY: Shape = { grid: (row) => row.overlay ?? '', line: (row) => row.reaction ?? '' };

function shapeOf(rows: readonly Row[]): Shape {
  if (rows.some((row) => row.overlay)) return BY_OVERLAY;
  return rows.some((row) => row.confidence) ? BY_PROTOCOL : BY_POLICY;
}

/** Rows that belong together: a line per policy, protocol or reaction, a column per profile. */
export interface Grid {
  readonly title: string;
  readonly profiles: readonly string[];
  readonly lines: readonly { readonly name: string; readonly cells: readonly (Row | undefined)[] }[];
}

export function gridsOf(rows: readonly Row[]): Grid[] {
  const shape = shapeOf(rows);
  const profiles = profilesOf(rows);
  return [...new Set(rows.map(shape.grid))].map((title) => {
    const own = rows.filter((row) => shape.grid(row) === title);
    const lines = [...new Set(own.map(shape.line))].map((name) => ({
      name,
      cells: profiles.map((profile) => own.find((row) => shape.line(row) === name && row.arch === profile)),
    }));
    return { title, profiles, lines };
  });
}

function profilesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map((row) => row.arch))];
}

function gridText({ title, profiles, lines }: Grid): string[] {
  return [
    '',
    `${title.padEnd(31)} ${profiles.map((_, index) => letterOf(index).padEnd(2)).join(' ')}`.trimEnd(),
    ...lines.map(({ name, cells }) => {
      const letters = cells.map((row) => (row ? letterFor(row) + markOf(row) : '  '));
      return `  ${name.padEnd(29)} ${letters.join(' ')}`.trimEnd();
    }),
  ];
}

export function markOf({ asExpected, reading }: Row): string {
  if (!asExpected) return '!';
  return reading === 'practice' ? '*' : ' ';
}

/** What was seen instead of what was expected, and why that was expected. */
export function unexpectedRows(
  rows: readonly Row[],
): readonly { readonly what: string; readonly why: string }[] {
  return rows
    .filter((row) => !row.asExpected)
    .map((row) => ({
      what: `${row.scenario} on ${row.arch} under ${row.policy} (kernel ${row.kernel}, protocol ${row.protocol}${row.overlay ? `, overlay ${row.overlay}, reaction ${row.reaction}` : ''}): ${row.verdict}, expected ${row.expected}`,
      why: `because ${row.because}. Seen: ${row.reason}.`,
    }));
}
