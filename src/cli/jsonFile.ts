/** Reads a JSON document that somebody else may have written: what is wrong with it is said, with the file's name. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';

export interface Reading {
  /** What to do where it cannot be read: a sentence that says where such a file comes from. */
  readonly next: string;
  /** A gate cannot judge then; for other commands it is their input. */
  readonly exit?: ExitStatus;
}

/** @throws {LabError} E_FILE */
export function readJsonFile<Document>(
  path: string,
  schema: z.ZodType<Document>,
  reading: Reading,
): Document {
  return readJsonFileWhole(path, schema, reading).document;
}

export interface WholeDocument<Document> {
  /** As far as this version knows it. */
  readonly document: Document;
  /** With the keys that it does not know. */
  readonly asRead: unknown;
}

/** @throws {LabError} E_FILE */
export function readJsonFileWhole<Document>(
  path: string,
  schema: z.ZodType<Document>,
  { next, exit = EXIT.usage }: Reading,
): WholeDocument<Document> {
  const fail = (what: string): never => {
    throw new LabError('E_FILE', what, next, exit);
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`cannot read ${path}: ${messageOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`${path} is no JSON document: ${messageOf(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { document: parsed.data, asRead: value };
  const found = schemaNamed(value);
  if (found !== undefined && isNewer(found)) {
    return fail(`${path}: it is ${found}, which this version does not know`);
  }
  const [issue] = parsed.error.issues;
  const expected = issue?.path.join('.') === 'schema' && expectedIn(issue);
  if (expected) return fail(`${path}: it is ${found ?? 'no document of coresync'}; expected ${expected}`);
  return fail(`${path}: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not understood'}`);
}

/** What `schema` should have been, where that is what is wrong. */
function expectedIn(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'invalid_value') return issue.values.join(' or ');
  return issue.code === 'invalid_union' ? issue.message.replace(/.*Expected /, 'one of ') : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The schema that a document names. */
function schemaNamed(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined;
  return String(value.schema);
}

/** Its number is above 1. */
function isNewer(schema: string): boolean {
  return Number(/\/(\d+)$/.exec(schema)?.[1] ?? 0) > 1;
}
