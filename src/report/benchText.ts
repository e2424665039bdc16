/** A bench as text: a table per workload and choice of parameters, and what it says. */
import type { BenchDocument, Series } from './benchSchema.js';
import { QUANTILES } from './benchSeries.js';
import { findings } from './findings.js';
import type { Paint } from './paint.js';
import { type BenchRow, benchRows, groups } from './perOperation.js';
import { type Column, tableHead, tableRow } from './table.js';
import { wrap } from './textLayout.js';

const POLICY: Column<BenchRow> = { title: 'policy', width: 24, align: 'left', cell: (row) => row.policy };

const COST_COLUMNS: readonly Column<BenchRow>[] = [
  { title: 'cycles/op', width: 9, align: 'right', cell: (row) => row.cyclesPerOperation.toFixed(1) },
  { title: 'sync/op', width: 7, align: 'right', cell: (row) => row.serializationsPerOperation.toFixed(3) },
  { title: 'useful', width: 7, align: 'right', cell: (row) => String(row.useful) },
  { title: 'redundant', width: 9, align: 'right', cell: (row) => String(row.redundant) },
  { title: 'missed', width: 7, align: 'right', cell: (row) => String(row.missed) },
];

const LATENCY_COLUMNS: readonly Column<BenchRow>[] = QUANTILES.map((quantile) => ({
  title: quantile === 'median' ? 'mb median' : quantile,
  width: 9,
  align: 'right',
  cell: (row) => String(row.membarrier?.[quantile] ?? '-'),
}));

/** All of a row, where there is room for it. */
export const BENCH_COLUMNS = [POLICY, ...COST_COLUMNS, ...LATENCY_COLUMNS];

/** What exact series follow from. */
export function exactBasis({ inputs }: BenchDocument, cyclesPerNs: number | undefined): string {
  const clock = cyclesPerNs === undefined ? '' : ` (${cyclesPerNs} cycles per ns)`;
  return `costs ${inputs.costs}${clock}, seed ${inputs.seed}, model ${inputs.modelHash}; virtual time, exact`;
}

export const WHAT_COLUMNS_MEAN =
  'sync: core serializations, useful or redundant; missed: executions that were stale or lacked one; mb: cycles from the first barrier of a membarrier call to its return';

export function benchText(document: BenchDocument, cyclesPerNs: number, paint: Paint): string {
  const lines = [...wrap(exactBasis(document, cyclesPerNs)), ...wrap(WHAT_COLUMNS_MEAN), ''];
  for (const rows of groups(benchRows(document))) {
    lines.push(paint('bold', rows[0]!.group), ...tableText([POLICY, ...COST_COLUMNS], rows, paint));
    const timed = rows.filter((row) => row.membarrier);
    if (timed.length > 0) lines.push(...tableText([POLICY, ...LATENCY_COLUMNS], timed, paint));
    for (const sentence of findings(rows, cyclesPerNs)) lines.push(...wrap(sentence, '  '));
    lines.push('');
  }
  return `${lines.join('\n')}\n`;
}

function tableText(
  columns: readonly Column<BenchRow>[],
  rows: readonly BenchRow[],
  paint: Paint,
): readonly string[] {
  const textOf = (row: BenchRow): string => {
    const line = tableRow(columns, row);
    return row.missed > 0 ? paint('red', line) : line;
  };
  return [tableHead(columns), ...rows.map(textOf)];
}

/** Where the cycles of one row went, most first. */
export function breakdownText(row: BenchRow): string[] {
  return Object.entries(row.cycles.breakdown ?? {})
    .sort(([, a], [, b]) => b.cycles - a.cycles)
    .map(([cause, { cycles, count }]) => {
      const share = ((100 * cycles) / row.cycles.value).toFixed(1);
      return `    ${cause.padEnd(32)} ${String(cycles).padStart(12)} cycles ${share.padStart(5)} %${count === undefined ? '' : `  ${count} times`}`;
    });
}

export function sampledText(series: readonly Series[]): string {
  return series
    .filter((one) => one.kind === 'sampled')
    .map(({ id, unit, summary }) => {
      const [low, high] = summary.ci95;
      return `${id}: median ${summary.median.toFixed(1)} ${unit}, ci95 ${low.toFixed(1)}..${high.toFixed(1)}, q10 ${summary.q10.toFixed(1)}, n ${summary.n}\n`;
    })
    .join('');
}
