/** A bench in HTML: for each workload what an operation costs under each policy, over the parameter that was swept, and in
 *  a table with what it says. Sampled series as medians with their intervals. */
import type { BenchDocument, SampledSeries } from '../benchSchema.js';
import { BENCH_COLUMNS, exactBasis, WHAT_COLUMNS_MEAN } from '../benchText.js';
import { counted } from '../countsText.js';
import { findings } from '../findings.js';
import { type BenchRow, benchRows, groups } from '../perOperation.js';
import { type Bar, barChart } from './barChart.js';
import { htmlTable } from './htmlTable.js';
import { lineChart } from './lineChart.js';
import { type Html, html, NOTHING } from './markup.js';
import type { Section } from './page.js';

/** @param cyclesPerNs of the cost profile; latencies are told in cycles where it is not known. */
export function benchSection(document: BenchDocument, cyclesPerNs: number | undefined): Section {
  const rows = benchRows(document);
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const sampled = document.series.filter((one) => one.kind === 'sampled');
  const missed = rows.filter((row) => row.missed > 0).length;
  return {
    title: `Bench: ${[...new Set(document.series.map(({ workload }) => workload))].join(', ')}`,
    verdict: missed > 0 ? { text: 'some policies missed a serialization', tone: 'bad' } : undefined,
    body: html`${rows.length > 0 ? html`<p class="soft">${exactBasis(document, cyclesPerNs)}<br>\n${WHAT_COLUMNS_MEAN}</p>` : NOTHING}
${workloads.map((workload) =>
  workloadPart(
    workload,
    rows.filter((row) => row.workload === workload),
    cyclesPerNs,
  ),
)}${sampled.length > 0 ? sampledPart(document, sampled) : NOTHING}`,
  };
}

/** Wall clock says nothing without the host. */
function sampledPart({ env }: BenchDocument, sampled: readonly SampledSeries[]): Html {
  return html`<p class="soft">Wall clock, sampled on ${env.cpuModel}, ${counted(env.logicalCpus, 'logical cpu')}, node ${env.node}.</p>
${htmlTable(SAMPLED_COLUMNS, sampled)}`;
}

function workloadPart(workload: string, rows: readonly BenchRow[], cyclesPerNs: number | undefined): Html {
  const swept = sweptParameter(rows);
  return html`<h3>${workload}</h3>
${swept === undefined ? '' : lineChart(curvesOver(swept, rows), { x: swept, y: 'cycles per operation' })}
${groups(rows).map(
  (group) => html`<h4>${group[0]!.group}</h4>
${barChart(barsOf(group))}
${htmlTable(BENCH_COLUMNS, group, (row) => row.missed > 0)}
${findings(group, cyclesPerNs).map((sentence) => html`<p>${sentence}</p>\n`)}`,
)}`;
}

function barsOf(group: readonly BenchRow[]): Bar[] {
  const least = Math.min(...group.map((row) => row.cyclesPerOperation));
  return group.map(({ policy, cyclesPerOperation, missed }) => ({
    name: policy,
    value: cyclesPerOperation,
    label: `${cyclesPerOperation.toFixed(1)}  +${(100 * (cyclesPerOperation / least - 1)).toFixed(1)} %`,
    isBad: missed > 0,
  }));
}

/** The one parameter that differs between groups; undefined where there is none, or more than one. */
function sweptParameter(rows: readonly BenchRow[]): string | undefined {
  const names = Object.keys(rows[0]?.parameters ?? {});
  const swept = names.filter((name) => new Set(rows.map(({ parameters }) => parameters[name])).size > 1);
  return swept.length === 1 ? swept[0] : undefined;
}

function curvesOver(parameter: string, rows: readonly BenchRow[]) {
  return [...new Set(rows.map(({ policy }) => policy))].map((policy) => ({
    name: policy,
    points: rows
      .filter((row) => row.policy === policy)
      .map((row) => [String(row.parameters[parameter]), row.cyclesPerOperation] as const),
  }));
}

const SAMPLED_COLUMNS = [
  { title: 'series', align: 'left', cell: ({ id }: SampledSeries) => id },
  { title: 'median', align: 'right', cell: ({ summary }: SampledSeries) => summary.median.toFixed(1) },
  {
    title: '95 % interval',
    align: 'right',
    cell: ({ summary: { ci95 } }: SampledSeries) => `${ci95[0].toFixed(1)} to ${ci95[1].toFixed(1)}`,
  },
  { title: 'unit', align: 'left', cell: ({ unit }: SampledSeries) => unit },
  { title: 'n', align: 'right', cell: ({ summary }: SampledSeries) => String(summary.n) },
] as const;
