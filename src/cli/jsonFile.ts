/** Reads a JSON document that somebody else may have written: what is wrong with it is said, with the file's name. */
import type { z } from 'zod';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { fileTrouble } from '../base/fileTrouble.js';
import { JsonTextError, lineAndColumn, parseJsonText } from '../base/jsonText.js';
import { pathText, type SchemaMistake, schemaMistake, short } from '../base/schemaMistake.js';
import { readDocumentFile } from './documentFile.js';

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
    throw new LabError('E_FILE', printable(what), next, exit);
  };
  let text: string;
  try {
    text = readDocumentFile(path);
  } catch (error) {
    return fail(`cannot read ${path}: ${fileTrouble(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(`${path} is no JSON document${whereNoJson(text)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { document: parsed.data, asRead: value };
  const found = schemaNamed(value);
  if (found !== undefined && isNewer(found)) {
    return fail(`${path}: it is ${found}, which this version does not know`);
  }
  const expected = schemasIn(schema);
  if (expected.length > 0 && (found === undefined || !expected.includes(found))) {
    return fail(`${path}: it is ${found ?? unnamed(value)}; expected ${choiceText(expected)}`);
  }
  return fail(`${path}: ${mistakeText(schemaMistake(parsed.error.issues[0]!, value))}`);
}

/** Where reading stops, and at what: JSON.parse would quote the file, which may be binary. */
function whereNoJson(text: string): string {
  try {
    parseJsonText(text);
    return '';
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    return `: line ${line}, column ${column}: ${error.message}`;
  }
}

/** `series is missing; expected a list` */
function mistakeText({ path, message, expected }: SchemaMistake): string {
  const where = path.length > 0 ? pathText(path) : 'the document';
  const what = message.startsWith('it is ')
    ? `${where}${message.slice('it'.length)}`
    : `${where}: ${message}`;
  if (expected === undefined) return what;
  return `${what}; expected ${'kind' in expected ? expected.kind : choiceText(expected.oneOf)}`;
}

function choiceText(names: readonly string[]): string {
  return names.length > 1 ? `one of ${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names.join('');
}

/** What may stand in `schema`: what it asks for where there is nothing. */
function schemasIn(schema: z.ZodType): readonly string[] {
  const issues = schema.safeParse({}).error?.issues ?? [];
  const issue = issues.find(({ path }) => path.join('.') === 'schema');
  const { expected } = issue ? schemaMistake(issue, {}) : {};
  return expected && 'oneOf' in expected ? expected.oneOf : [];
}

/** Without what a terminal would obey. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}

/** The schema that a document names. */
function schemaNamed(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined;
  return String(value.schema);
}

/** What names no schema. */
function unnamed(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? 'no document of coresync' : short(value);
}

/** Its number is above 1. */
function isNewer(schema: string): boolean {
  return Number(/\/(\d+)$/.exec(schema)?.[1] ?? 0) > 1;
}
