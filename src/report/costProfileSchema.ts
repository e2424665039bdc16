/** A cost profile as a JSON file: what `bench --costs FILE` reads. */
import { z } from 'zod';
import { COST_NAMES } from '../hw/costProfile.js';
import { environmentSchema } from './environmentSchema.js';

const cost = z
  .object({
    value: z.number().nonnegative(),
    unit: z.enum(['ns', 'cycles']),
    spread: z.string().optional().describe('as its source gives it, in the same unit'),
    source: z.string().optional().describe('where it was published or measured; or an assumption'),
    assumption: z.string().optional().describe('why this number, where nobody published one'),
  })
  .refine((one) => one.source !== undefined || one.assumption !== undefined, {
    message: 'needs a source or an assumption',
  });

export const costProfileSchema = z.object({
  schema: z.literal('coresync.costs/1'),
  name: z.string(),
  title: z.string(),
  cyclesPerNs: z.number().positive(),
  costs: z.record(z.enum(COST_NAMES), cost),
  /** Of a calibration: where it was measured. */
  env: environmentSchema.optional(),
});

/** The JSON Schema of such files (draft 2020-12), for editors. */
export function costProfileJsonSchema(): object {
  return z.toJSONSchema(costProfileSchema, { io: 'input' });
}
