/** From a measurement to series: one per metric. */
import type { Measurement } from '../engines/virtual/measure.js';
import type { ExactSeries } from './benchSchema.js';

/** What a measurement is of. */
export interface Measured {
  readonly workload: string;
  readonly policy: string;
  readonly arch: string;
  readonly cpus: number;
  readonly parameters: Readonly<Record<string, number>>;
}

/** Metrics of exact series. */
export const METRIC = {
  cycles: 'cycles',
  serializations: 'serializations',
  missed: 'missed',
  bystanderCycles: 'bystanderCycles',
  membarrier: 'membarrier',
  publication: 'publication',
} as const;

export const QUANTILES = ['median', 'p99', 'p999', 'max'] as const;

export function seriesId(at: Measured, metric: string): string {
  const parameters = Object.entries({ cpus: at.cpus, ...at.parameters }).map(
    ([key, value]) => `${key}=${value}`,
  );
  return `${at.workload}/${at.policy}/${at.arch}/${parameters.join(',')}#${metric}`;
}

export function exactSeries(at: Measured, engine: string, of: Measurement): ExactSeries[] {
  const one = (
    metric: string,
    unit: string,
    value: number,
    more: Partial<ExactSeries> = {},
  ): ExactSeries => ({
    id: seriesId(at, metric),
    ...at,
    parameters: { ...at.parameters },
    engine,
    metric,
    unit,
    better: 'lower',
    kind: 'exact',
    value,
    ...more,
  });
  const { operations } = of;
  const latency = (metric: string, quantiles: Measurement['membarrier']): ExactSeries[] =>
    quantiles ? QUANTILES.map((quantile) => one(`${metric}.${quantile}`, 'cycles', quantiles[quantile])) : [];
  return [
    one(METRIC.cycles, 'cycles', of.busyCycles, { operations, breakdown: { ...of.breakdown } }),
    one(METRIC.serializations, 'serializations', of.useful + of.redundant, {
      operations,
      breakdown: { useful: { cycles: 0, count: of.useful }, redundant: { cycles: 0, count: of.redundant } },
    }),
    one(METRIC.missed, 'executions', of.missed, { operations }),
    ...(of.bystanders > 0 ? [one(METRIC.bystanderCycles, 'cycles', of.bystanderCycles, { operations })] : []),
    ...latency(METRIC.membarrier, of.membarrier),
    ...latency(METRIC.publication, of.publication),
  ];
}
