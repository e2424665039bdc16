/** The document `coresync.doctor/1`: what was found on a host, and what can be trusted there. */
import { z } from 'zod';
import { environmentSchema } from './environmentSchema.js';

/** `missing` is what would have to be there; whether it is needed, the verdicts say. */
export const checkStatusSchema = z.enum(['ok', 'warning', 'missing']);

export const checkSchema = z.object({
  name: z.string(),
  value: z.string(),
  status: checkStatusSchema,
  /** Where it is not ok. */
  todo: z.string().optional(),
  /** What the value was made from, where it was measured. */
  summary: z
    .object({
      unit: z.string(),
      n: z.number().int().positive(),
      q10: z.number(),
      median: z.number(),
      q90: z.number(),
      max: z.number(),
    })
    .optional(),
});

export const doctorSchema = z.object({
  schema: z.literal('coresync.doctor/1'),
  checks: z.array(checkSchema),
  engines: z.array(
    z.object({
      name: z.string(),
      status: checkStatusSchema,
      verdict: z.string(),
      /** Nothing can be judged where one of these cannot run. */
      needed: z.boolean(),
    }),
  ),
  env: environmentSchema,
});

export type Check = z.infer<typeof checkSchema>;
export type CheckStatus = Check['status'];
export type DoctorDocument = z.infer<typeof doctorSchema>;
