/** A comparison in HTML: what changed as ratios with their intervals, and of what the changes are made. */
import type { Comparison, ComparisonRow } from '../comparisonSchema.js';
import { comparisonRemarks, comparisonVerdict, toldRows } from '../comparisonText.js';
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
  const told = toldRows(comparison);
  // Nothing, a ratio of 0, is below any: it stands in the table only.
  const drawn = told.flatMap(({ id, ratio, interval, verdict }) =>
    ratio !== null && [ratio, ...(interval ?? [])].every((end) => end > 0)
      ? [{ name: id, value: ratio, interval, isBad: verdict === 'regressed' }]
      : [],
  );
  return {
    title: 'Comparison',
    verdict: { text: comparisonVerdict(comparison), tone: TONE[comparison.verdict] },
    body: html`${comparisonRemarks(comparison).map((remark) => html`<p>${remark}</p>\n`)}<p class="soft">${
      comparison.rows.length - told.length
    } are the same, and not shown.</p>
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
