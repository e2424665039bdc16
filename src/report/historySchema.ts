/** Lines of a history, `coresync.history/1`: one per series and run, appended and never rewritten. */
import { z } from 'zod';
import type { BenchDocument } from './benchSchema.js';

export const historyLineSchema = z.object({
  schema: z.literal('coresync.history/1'),
  at: z.string(),
  commit: z.string(),
  id: z.string(),
  kind: z.enum(['exact', 'sampled']),
  unit: z.string(),
  value: z.number(),
  /** Of a sampled value. */
  ci95: z.tuple([z.number(), z.number()]).optional(),
  model: z.string(),
  /** Values of different machines are never joined; exact ones do not depend on it. */
  machine: z.string(),
});

export type HistoryLine = z.infer<typeof historyLineSchema>;

/** What `history show --json` prints: the lines by series, with the points at which each changed. */
export const historySchema = z.object({
  schema: z.literal('coresync.history/1'),
  series: z.array(
    z.object({
      id: z.string(),
      machine: z.string(),
      points: z.array(z.object({ at: z.string(), commit: z.string(), value: z.number() })).min(1),
      /** `index`: the first point after the change. */
      changes: z.array(z.object({ index: z.number().int(), before: z.number(), after: z.number() })),
    }),
  ),
});

export type HistoryDocument = z.infer<typeof historySchema>;

export function historyLines(document: BenchDocument, at: string, commit: string): HistoryLine[] {
  const { env, inputs } = document;
  const machine = `${env.platform}-${env.arch} ${env.cpuModel} x${env.logicalCpus} node ${env.node}`;
  return document.series.map((one) => ({
    schema: 'coresync.history/1',
    at,
    commit,
    id: one.id,
    kind: one.kind,
    unit: one.unit,
    value: one.kind === 'exact' ? one.value : one.summary.median,
    ...(one.kind === 'sampled' && { ci95: one.summary.ci95 }),
    model: inputs.modelHash,
    machine: one.kind === 'exact' ? 'any' : machine,
  }));
}
