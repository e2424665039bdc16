/** The document `coresync.exploration/1`: what every schedule of a situation comes to. */
import { z } from 'zod';
import { MAX_SHARDS } from '../engines/limits.js';
import { MEMORY_MODELS } from '../hw/memoryModel.js';
import { PLACEMENTS } from '../jit/placement.js';
import { environmentSchema } from './environmentSchema.js';

const count = z.number().int().nonnegative();

const MAX_BITS = 2 ** 31 - 1;

const lane = z.object({
  cpu: count,
  task: z.string(),
  what: z.string(),
  /** Versions of the site after the step; null for bytes of no version, and for nothing decoded. */
  memory: count.nullable(),
  pou: count.nullable(),
  decoded: z.array(count.nullable()),
  promised: count,
});

/** Bits over cpus; the last one is the world outside them. */
const cpuBits = z.number().int().min(0).max(MAX_BITS);

export const shardSchema = z
  .object({
    index: count.min(1),
    of: count.min(1).max(MAX_SHARDS),
    /** Hash of all that decides which space it is. */
    machine: z.string(),
    sharing: z.object({
      /** [word, its readers, its writers] */
      words: z.array(z.tuple([count, cpuBits, cpuBits])),
      interruptible: cpuBits,
    }),
  })
  .refine(({ index, of }) => index <= of, { error: 'index is above of' });

export const explorationSchema = z.object({
  schema: z.literal('coresync.exploration/1'),
  scenario: z.string(),
  arch: z.string(),
  policy: z.string(),
  protocol: z.string(),
  kernel: z.string(),
  cpus: count,
  rounds: count,
  callsPerRound: count,
  placement: z.enum(PLACEMENTS),
  /** Of the scenario's own parameters, those that were chosen. */
  parameters: z.record(z.string(), count),
  /** Where given: what is laid over the kernel, and what the JIT does about errors. */
  overlay: z.string().optional(),
  reaction: z.string().optional(),
  memory: z.enum(MEMORY_MODELS),
  without: z.array(z.string()),
  /** From boot, or from where the rounds begin. */
  from: z.enum(['boot', 'rounds']),
  fetching: z.enum(['any-time', 'on-execution']),
  /** Of `without`, what no schedule passes: to leave that out has taken nothing away. Where every schedule was looked at. */
  neverPassed: z.array(z.string()).optional(),
  /** `exhaustive`: every schedule. The others take one after the other, by seed. */
  mode: z.enum(['exhaustive', 'random', 'pct']),
  /** With `random` and `pct`. */
  seed: count.optional(),
  /** With `pct`: the orderings that a bug takes, the steps within which it shows, and the chance of one execution to find it,
   *  at least. */
  bugDepth: count.optional(),
  bugWithin: count.optional(),
  chance: z.number().positive().optional(),
  /** `allowed`: some schedule goes wrong. `forbidden`: none does, and every one was looked at. */
  outcome: z.enum(['forbidden', 'allowed', 'not-found-within-the-bound']),
  complete: z.boolean(),
  stoppedBy: z.enum([
    'exhausted',
    'violation',
    'state-limit',
    'execution-limit',
    'preemption-limit',
    'interrupted',
    'time-limit',
    'store-buffer',
    'nothing-published',
    /** A shard has searched its part. */
    'end-of-shard',
    /** Merged: not every shard is there, or they do not know the same words to be shared. */
    'shard-missing',
    'sharing-differs',
  ]),
  executions: count,
  steps: count,
  /** Distinct ones, where they are told apart. */
  states: count.optional(),
  /** Searches until no new shared word was met; where there is more than one way to search. */
  repetitions: count.optional(),
  depth: count,
  seconds: z.number().nonnegative(),
  witness: z
    .object({
      violation: z.enum(['stale', 'torn', 'unserialized', 'fault', 'forbidden-outcome', 'deadlock']),
      /** Single accesses; `coresync replay` runs it. */
      schedule: z.string(),
      /** Steps that other cpus can see. */
      length: count,
      isShortest: z.boolean(),
      lanes: z.array(lane),
    })
    .optional(),
  /** With --shard: which part of the space it is; to be merged with the others. */
  shard: shardSchema.optional(),
  /** What was merged: the counts are sums over shards, which visit most states more than once. */
  merged: z
    .object({
      of: count,
      /** Shards that are not there, that a bound ended, and that do not know all the shared words: to be run again. */
      missing: z.array(count),
      ended: z.array(count),
      unaware: z.array(count),
    })
    .optional(),
  env: environmentSchema,
});

export type ExplorationDocument = z.infer<typeof explorationSchema>;
