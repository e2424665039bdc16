/** Reads a JSON document that somebody else may have written: what is wrong with it is said, with the file's name. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';

/** @param exit where it cannot be read: a gate cannot judge then, for other commands it is their input.
 *  @throws {LabError} E_FILE */
export function readJsonFile<Document>(
  path: string,
  schema: z.ZodType<Document>,
  exit: ExitStatus = EXIT.usage,
): Document {
  const fail = (why: string): never => {
    throw new LabError('E_FILE', `${path}: ${why}`, 'Give a file that coresync has written.', exit);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const newer = newerSchema(value);
  if (newer !== undefined) return fail(`it is ${newer}, which this version does not know`);
  const [issue] = parsed.error.issues;
  return fail(`${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not understood'}`);
}

/** The schema that a document names, where its number is above 1. */
function newerSchema(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined;
  const name = String(value.schema);
  return Number(/\/(\d+)$/.exec(name)?.[1] ?? 0) > 1 ? name : undefined;
}
