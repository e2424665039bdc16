/** A comparison in HTML: what changed as ratios with their intervals, and of what the changes are made. */
import type { Comparison, ComparisonRow } from '../comparisonSchema.js';
import { htmlTable } from './htmlTable.js';
import { intervalPlot } from './intervalPlot.js';
import { html } from './markup.js';
import type { Section, Tone } from './page.js';

const TONE: Readonly<Record<Comparison['verdict'], Tone>> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'open',
};

export function comparisonSection(comparison: Comparison): Section {
  const { rows, coverage, verdict, reasons } = comparison;
  // What was sampled is told even where it is the same: that depends on the interval and the threshold.
  const told = rows.filter((row) => row.verdict !== 'same' || row.kind === 'sampled');
  const drawn = told.flatMap(({ id, ratio, interval, verdict: own }) =>
    ratio === null ? [] : [{ name: id, value: ratio, interval, isBad: own === 'regressed' }],
  );
  return {
    title: 'Comparison',
    verdict: { text: [verdict, ...reasons].join('; '), tone: TONE[verdict] },
    body: html`<p>Compared ${coverage.compared} of ${coverage.expected} expected series; ${rows.length - told.length} are
the same.</p>
${drawn.length > 0 ? intervalPlot(drawn) : ''}
${told.length > 0 ? htmlTable(COLUMNS, told, (row) => row.verdict === 'regressed') : ''}`,
  };
}

const COLUMNS = [
  { title: 'verdict', align: 'left', cell: ({ verdict }: ComparisonRow) => verdict },
  { title: 'series', align: 'left', cell: ({ id }: ComparisonRow) => id },
  { title: 'base', align: 'right', cell: ({ base }: ComparisonRow) => shown(base) },
  { title: 'head', align: 'right', cell: ({ head }: ComparisonRow) => shown(head) },
  {
    title: 'made of',
    align: 'left',
    cell: ({ attribution, reason }: ComparisonRow) =>
      [...attribution, ...(reason ? [reason] : [])].join(', '),
  },
] as const;

function shown(value: number | null): string {
  if (value === null) return '-';
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
