/** A comparison as text: what changed, of what it is made, and the verdict last. */
import type { Comparison, ComparisonRow } from './comparisonSchema.js';
import type { Emphasis, Paint } from './paint.js';
import { wrap } from './textLayout.js';

const SHOWN = 40;

const EMPHASIS: Readonly<Record<Comparison['verdict'], Emphasis>> = {
  pass: 'green',
  fail: 'red',
  inconclusive: 'yellow',
};

export function comparisonText(comparison: Comparison, paint: Paint): string {
  const told = toldRows(comparison);
  const lines = told.slice(0, SHOWN).flatMap(rowLines);
  if (told.length > SHOWN) lines.push(`... and ${told.length - SHOWN} more`);
  lines.push(...comparisonRemarks(comparison).flatMap((remark) => wrap(remark)));
  lines.push(paint(EMPHASIS[comparison.verdict], comparisonVerdict(comparison)));
  return `${lines.join('\n')}\n`;
}

/** What was sampled is told even where it is the same: that depends on the interval and the threshold. */
export function toldRows({ rows }: Comparison): readonly ComparisonRow[] {
  return rows.filter((row) => row.verdict !== 'same' || row.kind === 'sampled');
}

export function comparisonRemarks({ rows, coverage }: Comparison): readonly string[] {
  const improved = rows.filter((row) => row.verdict === 'improved' && row.kind === 'exact').length;
  return [
    ...(coverage.extra.length > 0 ? [`not expected: ${coverage.extra.slice(0, 5).join(' ')}`] : []),
    ...(improved > 0
      ? [
          `${improved} series got better: the baseline is behind. \`coresync baseline accept --why ...\` takes them over.`,
        ]
      : []),
    `compared ${coverage.compared} of ${coverage.expected} expected series`,
  ];
}

export function comparisonVerdict({ verdict, reasons }: Comparison): string {
  return reasons.length > 0 ? `${verdict}: ${reasons.join('; ')}` : verdict;
}

function rowLines(row: ComparisonRow): string[] {
  const numbers =
    row.base === null || row.head === null
      ? ''
      : `  ${number(row.base)} -> ${number(row.head)}${row.ratio === null ? '' : ` (x${row.ratio.toFixed(4)})`}`;
  const interval = row.interval
    ? `, ci95 x${row.interval[0].toFixed(3)}..x${row.interval[1].toFixed(3)}`
    : '';
  const why = row.reason === undefined ? '' : `  ${row.reason}`;
  return [
    `${row.verdict.padEnd(12)} ${row.id}${numbers}${interval}${why}`,
    ...(row.attribution.length > 0 ? wrap(row.attribution.join(', '), '    ') : []),
  ];
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
