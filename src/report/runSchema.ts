/** The document `coresync.run/1`: what one run was, what it saw, and what that means.
 *
 *  Readers ignore keys they do not know, so a new optional key does not make a new version. */
import { z } from 'zod';
import { COUNTERS } from '../hw/counters.js';
import { MEMORY_MODELS } from '../hw/memoryModel.js';
import { HARDWARE } from '../hw/refresh.js';
import { environmentSchema } from './environmentSchema.js';

const count = z.number().int().nonnegative();

/** Null where what is there belongs to no version that was ever written. */
const version = count.nullable();

const station = z.object({
  /** The whole unit. */
  hex: z.string(),
  /** The bytes of the patch site. */
  site: z.string(),
  version,
  /** WAT; starts with a remark where the bytes are no valid module. */
  disassembly: z.string(),
});

export const runSchema = z.object({
  schema: z.literal('coresync.run/1'),
  scenario: z.string(),
  engine: z.string(),
  arch: z.string(),
  /** `host` where the kernel is the host's: nobody has chosen its policy. */
  policy: z.string(),
  protocol: z.string(),
  /** Kernel preset, or `host`: which one that is stands in `env`. */
  kernel: z.string(),
  cpus: count,
  rounds: count,
  callsPerRound: count,
  placement: z.enum(['within-word', 'across-word', 'across-line']),
  seed: count,
  memory: z.enum(MEMORY_MODELS),
  /** What cpus drop from their fetch paths on their own: nothing, or something now and then, or whatever the host does. */
  hardware: z.enum([...HARDWARE, 'host']),
  without: z.array(z.string()),
  verdict: z.enum(['safe', 'stale', 'torn', 'fault', 'unsupported', 'inconclusive']),
  basis: z.enum(['observed', 'exhaustive']),
  reason: z.string(),
  /** Of the scenario's own parameters, those that were chosen. */
  parameters: z.record(z.string(), count).optional(),
  /** Where given: what is laid over the kernel, and what the JIT does about errors. */
  overlay: z.string().optional(),
  reaction: z.string().optional(),
  /** How a process ended that published nothing, where not by itself. */
  ending: z.enum(['killed', 'aborted', 'withheld']).optional(),
  /** Executions in user mode; `stale` and `torn` are some of them. */
  calls: count,
  stale: count,
  torn: count,
  publications: count,
  /** Calls on a cpu that had not serialized since a membarrier returned; absent where nobody sees when a cpu serializes. */
  unserialized: count.optional(),
  /** All of them, on simulated cpus; those that can be counted, on the host. */
  counters: z.partialRecord(z.enum(COUNTERS), count),
  syncCoreByProcess: z.record(z.string(), count),
  /** Core serializations that happened, by the id of their point. */
  serializations: z.record(z.string(), count),
  stoppedBy: z.string(),
  /** Where each cpu stood; empty where the run came to its end. */
  whereabouts: z.array(z.string()),
  /** The first execution that went wrong. */
  finding: z
    .object({
      judgement: z.enum(['stale', 'torn']),
      cpu: count,
      site: z.string(),
      executed: version,
      promised: count,
      /** What the code returned. */
      value: z.number().int(),
    })
    .optional(),
  faults: z.array(z.object({ cpu: count, site: z.string(), message: z.string() })),
  /** The four stations of the site at the first execution that went wrong, on the cpu where it did. */
  evidence: z
    .object({
      cpu: count,
      site: z.object({ name: z.string(), offset: count, bytes: count }),
      memory: station,
      pou: station,
      icache: station,
      decoded: station,
      /** The first station, from memory on, that differs from the one before it; null where none does. */
      firstDifference: z.enum(['pou', 'icache', 'decoded']).nullable(),
    })
    .optional(),
  /** A schedule that shows the same again, where the engine has schedules. */
  witness: z.object({ schedule: z.string(), length: count }).optional(),
  /** The file with what happened when, and how much of it; what there was no room for was left out. */
  trace: z
    .object({ file: z.string(), slices: count, marks: count, arrows: count, leftOut: count })
    .optional(),
  /** More cpus than host cores: `elapsedMs` is not to be compared with anything. */
  oversubscribed: z.boolean(),
  /** Wall clock, where the engine runs in it. */
  elapsedMs: count.optional(),
  /** Virtual time, where the engine runs in it. */
  cycles: count.optional(),
  env: environmentSchema,
});

export type RunDocument = z.infer<typeof runSchema>;
export type EvidenceDocument = NonNullable<RunDocument['evidence']>;
export type StationDocument = z.infer<typeof station>;
