/** Reads the text of a scenario file: the first mistake is thrown, with its line, its path and what to do. */
import type { z } from 'zod';
import { LabError } from '../../base/errors.js';
import { type JsonPath, JsonTextError, lineAndColumn, parseJsonText } from '../../base/jsonText.js';
import { nearest } from '../../base/nearest.js';
import type { OwnScenario } from '../scenario.js';
import { type Mistake, mistakesIn } from './mistakes.js';
import { scenarioFileSchema, scenarioOf } from './schema.js';

type Issue = z.core.$ZodIssue;

const SEE_SCHEMA = 'See: coresync schema';

/** @param file its name, for messages and reports.
 *  @throws {LabError} E_SCENARIO_FILE */
export function readScenarioText(text: string, file: string): OwnScenario {
  const refuse = (offset: number, path: JsonPath, message: string, next: string): LabError => {
    const { line, column } = lineAndColumn(text, offset);
    const where = path.length > 0 ? `${pathText(path)}: ` : '';
    return new LabError('E_SCENARIO_FILE', `${file}:${line}:${column}: ${where}${message}`, next);
  };
  try {
    const json = parseJsonText(text);
    const parsed = scenarioFileSchema.safeParse(json.value);
    if (!parsed.success) {
      const { path, message, next } = mistakeOf(parsed.error.issues[0]!, json.value);
      throw refuse(json.offsetOf(path), path, message, next);
    }
    const scenario = scenarioOf(parsed.data, file);
    const [first] = mistakesIn(scenario);
    if (first) throw refuse(json.offsetOf(first.path), first.path, first.message, first.next);
    return scenario;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw refuse(error.offset, [], error.message, 'Correct the JSON there.');
  }
}

/** `tasks[1].program[0].op` */
function pathText(path: JsonPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** In one sentence what is wrong, and at which path. */
function mistakeOf(issue: Issue, document: unknown): Mistake {
  const { path } = issue;
  const found = at(document, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return { path: [...path, key], message: `unknown key '${key}'`, next: SEE_SCHEMA };
    }
    case 'invalid_value':
      return notAmong(path, found, issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? notAmong(path, found, issue.options.map(String))
        : ofUnion(issue, document);
    case 'invalid_type':
      return found === undefined
        ? { path, message: 'it is missing', next: `Expected: ${issue.expected}. ${SEE_SCHEMA}` }
        : {
            path,
            message: `expected ${issue.expected}, found ${short(found)}`,
            next: SEE_SCHEMA,
          };
    default:
      return { path, message: `${issue.message}, found ${short(found)}`, next: SEE_SCHEMA };
  }
}

/** Of a choice of forms, the one that got furthest is the one that was meant. */
function ofUnion(issue: Issue & { readonly code: 'invalid_union' }, document: unknown): Mistake {
  const tries = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const meant = tries.reduce<Issue | undefined>(
    (best, one) =>
      one.path.length > (best?.path.length ?? 0) || one.code === 'unrecognized_keys' ? one : best,
    undefined,
  );
  if (meant) return mistakeOf({ ...meant, path: [...issue.path, ...meant.path] }, document);
  const forms = tries.map((one) => {
    if (one.code === 'invalid_type') return one.expected;
    return one.code === 'invalid_value'
      ? one.values.map((value) => `'${String(value)}'`).join(' or ')
      : one.message;
  });
  return {
    path: issue.path,
    message: `expected ${forms.join(' or ')}, found ${short(at(document, issue.path))}`,
    next: SEE_SCHEMA,
  };
}

function notAmong(path: JsonPath, found: unknown, known: readonly string[]): Mistake {
  const guess = typeof found === 'string' ? nearest(found, known) : undefined;
  return {
    path,
    message:
      found === undefined
        ? 'it is missing'
        : `unknown ${short(found)}${guess ? `; did you mean '${guess}'?` : ''}`,
    next: `Expected one of: ${known.join(', ')}.`,
  };
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

const SHORT = 40;

function short(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHORT ? `${text.slice(0, SHORT)}...` : text;
}
