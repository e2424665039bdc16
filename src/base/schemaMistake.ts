/** What a schema finds wrong with a document, in words: at which path, what is there and what was expected. */
import type { z } from 'zod';
import type { JsonPath } from './jsonText.js';
import { nearest } from './nearest.js';

type Issue = z.core.$ZodIssue;

export interface SchemaMistake {
  readonly path: JsonPath;
  readonly message: string;
  /** What it could have been, where the message does not say. */
  readonly expected?: Expected;
}

export type Expected = { readonly kind: string } | { readonly oneOf: readonly string[] };

/** @param document that the schema was held against. */
export function schemaMistake(issue: Issue, document: unknown): SchemaMistake {
  const { path } = issue;
  const found = at(document, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return { path: [...path, key], message: `unknown key '${key}'` };
    }
    case 'invalid_value':
      return notAmong(path, found, issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? notAmong(path, found, issue.options.map(String))
        : ofUnion(issue, document);
    case 'invalid_type': {
      const kind = kindOf(issue.expected);
      if (found === undefined) return { path, message: MISSING, expected: { kind } };
      return { path, message: `expected ${kind}, found ${short(found)}` };
    }
    case 'too_small':
      return {
        path,
        message: outside(issue.inclusive === false ? 'above' : 'at least', issue.minimum, found),
      };
    case 'too_big':
      return {
        path,
        message: outside(issue.inclusive === false ? 'below' : 'at most', issue.maximum, found),
      };
    case 'custom':
      // A rule of ours: it says itself what it found.
      return { path, message: issue.message };
    default:
      return { path, message: `${issue.message}, found ${short(found)}` };
  }
}

const MISSING = 'it is missing';

/** A number beyond a bound, or what has too many parts or too few. */
function outside(side: string, bound: number | bigint, found: unknown): string {
  if (Array.isArray(found)) return `expected ${side} ${bound} in the list, found ${found.length}`;
  if (typeof found === 'string') return `expected ${side} ${bound} characters, found ${found.length}`;
  return `expected ${side} ${bound}, found ${short(found)}`;
}

/** Of a choice of forms, the one that got furthest is the one that was meant. */
function ofUnion(issue: Issue & { readonly code: 'invalid_union' }, document: unknown): SchemaMistake {
  const tries = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const meant = tries.reduce<Issue | undefined>(
    (best, one) =>
      one.path.length > (best?.path.length ?? 0) || one.code === 'unrecognized_keys' ? one : best,
    undefined,
  );
  if (meant) return schemaMistake({ ...meant, path: [...issue.path, ...meant.path] }, document);
  const forms = tries.map((one) => {
    if (one.code === 'invalid_type') return kindOf(one.expected);
    return one.code === 'invalid_value'
      ? one.values.map((value) => `'${String(value)}'`).join(' or ')
      : one.message;
  });
  const { path } = issue;
  return { path, message: `expected ${forms.join(' or ')}, found ${short(at(document, path))}` };
}

function notAmong(path: JsonPath, found: unknown, known: readonly string[]): SchemaMistake {
  const expected = { oneOf: known };
  if (found === undefined) return { path, message: MISSING, expected };
  const guess = typeof found === 'string' ? nearest(found, known) : undefined;
  return { path, message: `unknown ${short(found)}${guess ? `; did you mean '${guess}'?` : ''}`, expected };
}

/** `tasks[1].program[0].op` */
export function pathText(path: JsonPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function at(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    document,
  );
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function kindOf(type: string): string {
  return KINDS[type] ?? type;
}

const SHORT = 40;

/** A value in a few words. */
export function short(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHORT ? `${text.slice(0, SHORT)}...` : text;
}
