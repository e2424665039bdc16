/** A matrix in HTML: the grids of the text, with the reason of each cell where one points at it. */
import { counted } from '../countsText.js';
import type { MatrixDocument } from '../matrixSchema.js';
import { type Grid, gridsOf, letterFor, markOf } from '../matrixText.js';
import { type Html, html } from './markup.js';
import type { Section, Tone } from './page.js';

type Row = MatrixDocument['rows'][number];

const TONE: Readonly<Record<Row['verdict'], Tone>> = {
  safe: 'good',
  stale: 'bad',
  torn: 'bad',
  fault: 'bad',
  unsupported: 'open',
  inconclusive: 'open',
};

export function matrixSection(document: MatrixDocument): Section {
  const { rows, unexpected, stoppedBy } = document;
  const isWhole = stoppedBy === 'finished';
  return {
    title: `Matrix: ${counted(rows.length, 'row')}`,
    verdict: {
      text: unexpected === 0 ? (isWhole ? 'as expected' : 'interrupted') : `${unexpected} not as expected`,
      tone: unexpected > 0 ? 'bad' : isWhole ? 'good' : 'open',
    },
    body: html`<p class="soft">. safe (not observed), # safe (no schedule goes wrong), S stale, T torn, F fault, - unsupported,
? none, ! not as expected, * what parts do, and no manual promises; k killed, a aborted, w withheld.</p>
${gridsOf(rows).map(gridPart)}`,
  };
}

function gridPart({ title, profiles, lines }: Grid): Html {
  return html`<h3>${title}</h3>
<div class="wide"><table>
<thead><tr><th></th>${profiles.map((profile) => html`<th>${profile}</th>`)}</tr></thead>
<tbody>
${lines.map(
  ({ name, cells }) =>
    html`<tr><td>${name}</td>${cells.map((row) => (row ? cell(row) : html`<td></td>`))}</tr>\n`,
)}</tbody>
</table></div>`;
}

function cell(row: Row): Html {
  const why = `${row.verdict}: ${row.reason}. Expected ${row.expected}: ${row.because}.`;
  return html`<td class="cell ${TONE[row.verdict]}" title="${why}">${letterFor(row)}${markOf(row)}</td>`;
}
