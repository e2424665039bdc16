/** A history in HTML: each series from run to run, with a line where it changed. */
import type { HistoryDocument } from '../historySchema.js';
import { lineChart } from './lineChart.js';
import { html } from './markup.js';
import type { Section } from './page.js';

export function historySection({ series }: HistoryDocument): Section {
  return {
    title: `History: ${series.length} series`,
    body: html`${series.map(
      ({ id, machine, points, changes }) => html`<h3>${id}</h3>
<p class="soft">${machine === 'any' ? 'Exact: the same on any machine.' : machine}</p>
${lineChart(
  [{ name: 'value', points: points.map(({ commit, value }, run) => [`${run + 1} ${commit}`, value]) }],
  { x: 'run, commit', y: 'value' },
  changes.map(({ index }) => index),
)}
${changes.map(
  ({ index, before, after }) => html`<p>${points[index]?.commit ?? ''}: ${before} to ${after}</p>\n`,
)}`,
    )}`,
  };
}
