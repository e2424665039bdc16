/** The document `coresync.comparison/1`: two benches, series by series. */
import { z } from 'zod';

export const rowVerdictSchema = z.enum([
  'same',
  'regressed',
  'improved',
  'inconclusive',
  'missing',
  'incomparable',
]);

export const comparisonSchema = z.object({
  schema: z.literal('coresync.comparison/1'),
  rows: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['exact', 'sampled']),
      verdict: rowVerdictSchema,
      base: z.number().nullable(),
      head: z.number().nullable(),
      ratio: z.number().nullable(),
      /** Of the ratio, where it is sampled. */
      interval: z.tuple([z.number(), z.number()]).optional(),
      /** Why this verdict, where the numbers do not say it. */
      reason: z.string().optional(),
      /** What the difference is made of. */
      attribution: z.array(z.string()),
    }),
  ),
  coverage: z.object({
    expected: z.number().int(),
    compared: z.number().int(),
    missing: z.array(z.string()),
    extra: z.array(z.string()),
  }),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  /** Why it is not `pass`. */
  reasons: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparisonRow = Comparison['rows'][number];
export type RowVerdict = z.infer<typeof rowVerdictSchema>;
