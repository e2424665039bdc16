/** The document `coresync.bench/1`: measured series, with what they were measured from and on.
 *
 *  A series is exact (whole virtual cycles and counts, the same wherever it is run) or sampled (wall clock). Readers
 *  ignore keys they do not know, so a new optional key does not make a new version. */
import { z } from 'zod';
import { environmentSchema } from './environmentSchema.js';

const count = z.number().int().nonnegative();

export const shareSchema = z.object({ cycles: count, count: z.number().nonnegative().optional() });

export const summarySchema = z.object({
  n: z.number().int().positive(),
  median: z.number(),
  q10: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});

const about = {
  /** `workload/policy/arch/cpus=8,switches=4#metric`: what two documents are compared by. */
  id: z.string(),
  workload: z.string(),
  policy: z.string(),
  arch: z.string(),
  engine: z.string(),
  cpus: count,
  /** Parameters of the workload that were chosen. */
  parameters: z.record(z.string(), z.number()),
  metric: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  /** Operations that the value is the total of, where it is one. */
  operations: count.optional(),
};

export const exactSeriesSchema = z.object({
  ...about,
  kind: z.literal('exact'),
  value: count,
  /** Parts that add up to the value. */
  breakdown: z.record(z.string(), shareSchema).optional(),
});

export const sampledSeriesSchema = z.object({
  ...about,
  kind: z.literal('sampled'),
  summary: summarySchema,
  samples: z.array(z.number()),
});

export const seriesSchema = z.discriminatedUnion('kind', [exactSeriesSchema, sampledSeriesSchema]);

export const inputsSchema = z.object({
  seed: count,
  costs: z.string(),
  /** Of the costs in cycles. */
  modelHash: z.string(),
  /** Of the workloads as data, and the parameters of each series. */
  scenarioHash: z.string(),
});

export const benchSchema = z.object({
  schema: z.literal('coresync.bench/1'),
  series: z.array(seriesSchema),
  inputs: inputsSchema,
  env: environmentSchema,
});

export type BenchDocument = z.infer<typeof benchSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type ExactSeries = z.infer<typeof exactSeriesSchema>;
export type SampledSeries = z.infer<typeof sampledSeriesSchema>;
export type ShareDocument = z.infer<typeof shareSchema>;
