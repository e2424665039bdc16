/** The series of a document as rows: one per workload, parameters and policy. */
import type { BenchDocument, ExactSeries } from './benchSchema.js';
import { METRIC } from './benchSeries.js';

export interface BenchRow {
  readonly workload: string;
  readonly policy: string;
  readonly cpus: number;
  /** `cpus=8,switches=4`: what rows of one group have in common. */
  readonly group: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly operations: number;
  readonly cyclesPerOperation: number;
  readonly serializationsPerOperation: number;
  readonly useful: number;
  readonly redundant: number;
  readonly missed: number;
  readonly bystanderPerOperation: number | undefined;
  /** Of a membarrier call, in cycles; undefined where none was made. */
  readonly membarrier: Readonly<Record<string, number>> | undefined;
  readonly cycles: ExactSeries;
}

export function benchRows({ series }: BenchDocument): BenchRow[] {
  const exact = series.filter((one) => one.kind === 'exact');
  const byId = new Map(exact.map((one) => [one.id, one]));
  return exact
    .filter((one) => one.metric === METRIC.cycles)
    .map((cycles): BenchRow => {
      const prefix = cycles.id.slice(0, cycles.id.indexOf('#') + 1);
      const find = (metric: string): ExactSeries | undefined => byId.get(prefix + metric);
      const operations = cycles.operations ?? 1;
      const per = (one: ExactSeries | undefined): number => (one?.value ?? 0) / operations;
      const serializations = find(METRIC.serializations);
      const bystander = find(METRIC.bystanderCycles);
      const quantiles = exact.filter((one) => one.id.startsWith(`${prefix}${METRIC.membarrier}.`));
      return {
        workload: cycles.workload,
        policy: cycles.policy,
        cpus: cycles.cpus,
        group: `${cycles.workload} ${prefix.slice(prefix.lastIndexOf('/') + 1, -1)}`,
        parameters: { cpus: cycles.cpus, ...cycles.parameters },
        operations,
        cyclesPerOperation: per(cycles),
        serializationsPerOperation: per(serializations),
        useful: serializations?.breakdown?.useful?.count ?? 0,
        redundant: serializations?.breakdown?.redundant?.count ?? 0,
        missed: find(METRIC.missed)?.value ?? 0,
        bystanderPerOperation: bystander && per(bystander),
        membarrier:
          quantiles.length === 0
            ? undefined
            : Object.fromEntries(quantiles.map((one) => [one.metric.split('.')[1]!, one.value])),
        cycles,
      };
    });
}

/** Rows that differ in the policy only, in the order in which they come. */
export function groups(rows: readonly BenchRow[]): BenchRow[][] {
  const byGroup = new Map<string, BenchRow[]>();
  for (const row of rows) {
    const group = byGroup.get(row.group);
    if (group) group.push(row);
    else byGroup.set(row.group, [row]);
  }
  return [...byGroup.values()];
}
