/** The document `coresync.matrix/1`: rows of situations, each against its expectation. */
import { z } from 'zod';
import { environmentSchema } from './environmentSchema.js';

const verdict = z.enum(['safe', 'stale', 'torn', 'fault', 'unsupported', 'inconclusive']);

export const matrixSchema = z.object({
  schema: z.literal('coresync.matrix/1'),
  engine: z.string(),
  seeds: z.array(z.number().int()),
  rounds: z.number().int(),
  rows: z.array(
    z.object({
      scenario: z.string(),
      arch: z.string(),
      policy: z.string(),
      kernel: z.string(),
      protocol: z.string(),
      verdict,
      reason: z.string(),
      expected: verdict,
      /** The rule that the expectation comes from. */
      because: z.string(),
      asExpected: z.boolean(),
      /** `exhaustive`: of every schedule. `observed`: of some runs. */
      basis: z.enum(['observed', 'exhaustive']),
      /** With --protocols: how sure the source of what is expected is, and which of two readings was seen. */
      confidence: z.enum(['high', 'medium', 'low']).optional(),
      reading: z.enum(['text', 'practice']).optional(),
      /** With --overlays: what is laid over the kernel, what the JIT does about errors, how a process ended. */
      overlay: z.string().optional(),
      reaction: z.string().optional(),
      ending: z.enum(['killed', 'aborted', 'withheld']).optional(),
      /** The shortest schedule that goes wrong. */
      witness: z.object({ schedule: z.string(), length: z.number().int() }).optional(),
    }),
  ),
  unexpected: z.number().int(),
  /** `interrupted`: these are not all the rows that were asked for. */
  stoppedBy: z.enum(['finished', 'interrupted']),
  seconds: z.number(),
  env: environmentSchema,
});

export type MatrixDocument = z.infer<typeof matrixSchema>;
