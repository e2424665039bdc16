/** The document `coresync.list/1`: everything that can be named on the command line. */
import { z } from 'zod';
import { MEMORY_MODELS } from '../hw/memoryModel.js';

const sourced = { source: z.string() };

export const listSchema = z.object({
  schema: z.literal('coresync.list/1'),
  scenarios: z.array(
    z.object({ name: z.string(), kind: z.enum(['hazard', 'workload']), title: z.string(), ...sourced }),
  ),
  policies: z.array(z.object({ name: z.string(), summary: z.string(), ...sourced })),
  protocols: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      writer: z.array(z.string()),
      executor: z.array(z.string()),
      /** What its source says, by profile. */
      recorded: z.record(
        z.string(),
        z.object({
          verdict: z.enum(['safe', 'stale', 'torn']),
          inPractice: z.enum(['safe', 'stale']).optional(),
          confidence: z.enum(['high', 'medium', 'low']),
        }),
      ),
      /** The memory model that it takes to judge it, where that is not the profile's. */
      memory: z.enum(MEMORY_MODELS).optional(),
      ...sourced,
    }),
  ),
  /** Kernels that say no, or lie. */
  overlays: z.array(z.object({ name: z.string(), summary: z.string(), ...sourced })),
  /** What JITs do about errors. */
  reactions: z.array(z.object({ name: z.string(), summary: z.string(), ...sourced })),
  profiles: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      storesReachPou: z.boolean(),
      icache: z.string(),
      syscallReturnSerializes: z.boolean(),
      interruptReturnSerializes: z.boolean(),
      addressSpaceLoadSerializes: z.boolean(),
      membarrierSyncCore: z.boolean(),
      ...sourced,
    }),
  ),
  /** What things cost in virtual time. */
  costs: z.array(z.object({ name: z.string(), title: z.string(), cyclesPerNs: z.number() })),
  kernels: z.array(z.object({ name: z.string(), title: z.string() })),
  engines: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      available: z.boolean(),
      /** Why it is not available. */
      reason: z.string().optional(),
      memoryModels: z.array(z.string()),
    }),
  ),
  barriers: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['barrier', 'serialization']),
      title: z.string(),
      where: z.string(),
      pairsWith: z.array(z.string()),
    }),
  ),
});

export type ListDocument = z.infer<typeof listSchema>;
