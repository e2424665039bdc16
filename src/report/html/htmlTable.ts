/** Tables in HTML, by the same columns as on a terminal. */
import type { Column } from '../table.js';
import { type Html, html } from './markup.js';

/** @param isMarked rows to be seen at once. */
export function htmlTable<Row>(
  columns: readonly Pick<Column<Row>, 'title' | 'align' | 'cell'>[],
  rows: readonly Row[],
  isMarked: (row: Row) => boolean = () => false,
): Html {
  const classOf = ({ align }: Pick<Column<Row>, 'align'>): string => (align === 'right' ? 'number' : 'name');
  return html`<div class="wide"><table>
<thead><tr>${columns.map((column) => html`<th class="${classOf(column)}">${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr class="${isMarked(row) ? 'marked' : 'row'}">${columns.map(
      (column) => html`<td class="${classOf(column)}">${column.cell(row)}</td>`,
    )}</tr>\n`,
)}</tbody>
</table></div>`;
}
