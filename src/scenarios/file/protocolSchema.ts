/** The format of protocol files: a zod schema, from which the published JSON Schema is generated.
 *
 *  What a protocol means stands in src/jit/protocol.ts; here is what may be written. Steps that need another one are checked
 *  in protocolMistakes.ts. */
import { z } from 'zod';
import { MEMORY_MODELS } from '../../hw/memoryModel.js';
import type { ExecutorStep, PublicationProtocol, WriterStep } from '../../jit/protocol.js';
import { withComments } from './comments.js';

const MAX_TEXT = 2000;
const MAX_STEPS = 50;

/* By step, so that none is forgotten. */
const WRITER_STEPS: Readonly<Record<WriterStep, true>> = {
  store: true,
  clean: true,
  invalidate: true,
  'clear-cache': true,
  'clear-cache-wide-stride': true,
  'clear-cache-local': true,
  fence: true,
  'membarrier-sync-core': true,
  'membarrier-private': true,
  'membarrier-global': true,
  'mprotect-write': true,
  'mprotect-exec': true,
  request: true,
  'await-acknowledgements': true,
  'store-branch': true,
  'clear-cache-branch': true,
  promise: true,
};
const EXECUTOR_STEPS: Readonly<Record<ExecutorStep, true>> = {
  'await-pointer': true,
  'load-pointer': true,
  'await-pointer-in-kernel': true,
  'await-request': true,
  acknowledge: true,
  fence: true,
  serialize: true,
  jump: true,
  branch: true,
};

const text = z.string().max(MAX_TEXT);
const namesOf = <Name extends string>(steps: Readonly<Record<Name, true>>): Name[] =>
  Object.keys(steps) as Name[];

const recorded = z.strictObject({
  verdict: z.enum(['safe', 'stale', 'torn']),
  inPractice: z
    .exactOptional(z.enum(['safe', 'stale']))
    .describe('what parts do where no manual promises it'),
  confidence: z.enum(['high', 'medium', 'low']).default('medium'),
});

export const protocolFileSchema = z.strictObject({
  $schema: z.exactOptional(text),
  summary: text,
  source: text.default('a file of your own'),
  writer: z
    .array(z.enum(namesOf(WRITER_STEPS)))
    .min(1)
    .max(MAX_STEPS),
  executor: z
    .exactOptional(
      z
        .array(z.enum(namesOf(EXECUTOR_STEPS)))
        .min(1)
        .max(MAX_STEPS),
    )
    .describe('where left out: await-pointer, jump'),
  memory: z
    .exactOptional(z.enum(MEMORY_MODELS))
    .describe('what matrix --protocols judges it with, where that is not what comes closest to the profile'),
  placement: z.exactOptional(z.enum(['across-word', 'across-line'])),
  recorded: z
    .exactOptional(z.record(z.string(), recorded))
    .describe('what should come of it, by profile: held against by matrix --protocols'),
});

export type ProtocolFile = z.output<typeof protocolFileSchema>;

/** @param path the protocol's name from here on: commands that a report suggests then work. */
export function protocolOf({ $schema: _, ...file }: ProtocolFile, path: string): PublicationProtocol {
  return { ...file, name: path };
}

/** The JSON Schema of protocol files (draft 2020-12), for editors. */
export function protocolJsonSchema(): object {
  return withComments(protocolFileSchema);
}
