/** The document `coresync.baseline/1`: the exact series that a gate compares with, and why they are what they are. */
import { z } from 'zod';
import { type BenchDocument, exactSeriesSchema, inputsSchema } from './benchSchema.js';

export const acceptanceSchema = z.object({
  why: z.string().min(1),
  at: z.string(),
  by: z.string(),
  /** How many series changed then; all of them where the baseline was new. */
  changed: z.number().int(),
});

export const baselineSchema = z.object({
  schema: z.literal('coresync.baseline/1'),
  /** The last one is what is in force. */
  acceptances: z.array(acceptanceSchema).min(1),
  inputs: inputsSchema,
  series: z.array(exactSeriesSchema).min(1),
});

export type Baseline = z.infer<typeof baselineSchema>;
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** A list of ids, checked in beside the baseline: what a gate has to find. */
export const expectedSeriesSchema = z.object({
  schema: z.literal('coresync.expected-series/1'),
  ids: z.array(z.string()).min(1),
});

export function baselineOf(
  document: BenchDocument,
  acceptance: Acceptance,
  before: readonly Acceptance[],
): Baseline {
  const exact = document.series.filter((one) => one.kind === 'exact');
  return {
    schema: 'coresync.baseline/1',
    acceptances: [...before, acceptance],
    inputs: document.inputs,
    series: [...exact].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** One series per line, so that a review sees what changed. */
export function baselineText({ series, ...head }: Baseline): string {
  const start = JSON.stringify(head, null, 1).replace(/\n\}$/, '');
  return `${start},\n "series": [\n${series.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n ]\n}\n`;
}
