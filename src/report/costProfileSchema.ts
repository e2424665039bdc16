/** A cost profile as a JSON file: what `bench --costs FILE` reads. */
import { z } from 'zod';
import { COST_NAMES } from '../hw/costProfile.js';

const cost = z
  .object({
    value: z.number().nonnegative(),
    unit: z.enum(['ns', 'cycles']),
    spread: z.string().optional(),
    source: z.string().optional(),
    assumption: z.string().optional(),
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
});
