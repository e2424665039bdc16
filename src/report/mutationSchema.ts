/** The document `coresync.mutation/1`: for each ordering point, who notices that it is gone. */
import { z } from 'zod';
import { MEMORY_MODELS } from '../hw/memoryModel.js';
import { environmentSchema } from './environmentSchema.js';

/** Where it goes wrong without the points. */
const noticedSchema = z.object({
  scenario: z.string(),
  memory: z.enum(MEMORY_MODELS),
  arch: z.string(),
  policy: z.string(),
  kernel: z.string(),
  violation: z.enum(['stale', 'torn', 'unserialized', 'fault', 'forbidden-outcome', 'deadlock']),
  /** Steps of the witness. */
  length: z.number().int(),
  isShortest: z.boolean(),
  schedule: z.string(),
  /** The command that replays it. */
  replay: z.string(),
});

export const mutationSchema = z.object({
  schema: z.literal('coresync.mutation/1'),
  mutations: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['barrier', 'serialization']),
      /** `not-judged`: nobody notices in the scenarios that were chosen, and others were not asked. */
      verdict: z.enum(['noticed', 'survivor', 'survivor-with-a-reason', 'not-judged', 'undecided']),
      /** Scenarios that pass the point on some schedule. */
      passedBy: z.array(z.string()),
      noticed: z.array(noticedSchema),
      /** Scenarios in which the bounds ended the exploration. */
      undecided: z.array(z.string()),
      /** Why nobody notices. */
      reason: z.string().optional(),
      /** Where other points are the reason: who notices when they are gone as well. */
      covered: noticedSchema.optional(),
    }),
  ),
  survivors: z.number().int(),
  undecided: z.number().int(),
  /** Interrupted: points are missing. */
  stoppedBy: z.enum(['finished', 'interrupted']).default('finished'),
  seconds: z.number().nonnegative(),
  env: environmentSchema,
});

export type MutationDocument = z.infer<typeof mutationSchema>;
