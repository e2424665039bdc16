/** A matrix in HTML: the grids of the text, with the reason of each cell where one points at it. */
import { counted } from '../countsText.js';
import type { MatrixDocument } from '../matrixSchema.js';
import {
  type Grid,
  gridsOf,
  legendOf,
  letterFor,
  markOf,
  matrixOutcome,
  matrixVerdict,
  unexpectedRows,
} from '../matrixText.js';
import { type Html, html } from './markup.js';
import type { Section, Tone } from './page.js';
import { VERDICT_TONE } from './verdictTone.js';

type Row = MatrixDocument['rows'][number];

export function matrixSection(document: MatrixDocument): Section {
  const { rows } = document;
  return {
    title: `Matrix: ${counted(rows.length, 'row')}`,
    verdict: { text: matrixVerdict(document), tone: toneOf(document) },
    body: html`<p class="soft">${legendOf(rows).flat().join(', ')}</p>
${gridsOf(rows).map(gridPart)}
${unexpectedRows(rows).map(({ what, why }) => html`<p>${what}<br>\n${why}</p>\n`)}`,
  };
}

function toneOf(document: MatrixDocument): Tone {
  const outcome = matrixOutcome(document);
  if (outcome === 'not as expected') return 'bad';
  return outcome === 'inconclusive' || document.stoppedBy === 'interrupted' ? 'open' : 'good';
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
  return html`<td class="cell ${VERDICT_TONE[row.verdict]}" title="${why}">${letterFor(row)}${markOf(row)}</td>`;
}
