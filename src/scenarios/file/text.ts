/** Reads the text of a scenario file or a protocol file: the first mistake is thrown, with its line, its path and what to do. */
import type { z } from 'zod';
import { LabError } from '../../base/errors.js';
import { type JsonPath, JsonTextError, lineAndColumn, parseJsonText } from '../../base/jsonText.js';
import { nearest } from '../../base/nearest.js';
import type { PublicationProtocol } from '../../jit/protocol.js';
import type { OwnScenario } from '../scenario.js';
import { type Mistake, mistakesIn } from './mistakes.js';
import { mistakesInProtocol } from './protocolMistakes.js';
import { protocolFileSchema, protocolOf } from './protocolSchema.js';
import { scenarioFileSchema, scenarioOf } from './schema.js';

type Issue = z.core.$ZodIssue;

/** What is in a file, and how it is checked. */
interface Format<Written, Read> {
  readonly code: 'E_SCENARIO_FILE' | 'E_PROTOCOL_FILE';
  readonly schema: z.ZodType<Written>;
  readonly read: (written: Written, file: string) => Read;
  readonly mistakesIn: (read: Read) => readonly Mistake[];
  /** The command that prints the schema. */
  readonly see: string;
}

/** @param file its name, for messages and reports.
 *  @throws {LabError} E_SCENARIO_FILE */
export function readScenarioText(text: string, file: string): OwnScenario {
  return readText(text, file, {
    code: 'E_SCENARIO_FILE',
    schema: scenarioFileSchema,
    read: scenarioOf,
    mistakesIn,
    see: 'See: coresync schema',
  });
}

/** @throws {LabError} E_PROTOCOL_FILE */
export function readProtocolText(text: string, file: string): PublicationProtocol {
  return readText(text, file, {
    code: 'E_PROTOCOL_FILE',
    schema: protocolFileSchema,
    read: protocolOf,
    mistakesIn: mistakesInProtocol,
    see: 'See: coresync schema --kind protocol',
  });
}

function readText<Written, Read>(
  text: string,
  file: string,
  { code, schema, read, mistakesIn: mistakesOf, see }: Format<Written, Read>,
): Read {
  const refuse = (offset: number, path: JsonPath, message: string, next: string): LabError => {
    const { line, column } = lineAndColumn(text, offset);
    const where = path.length > 0 ? `${pathText(path)}: ` : '';
    return new LabError(code, `${file}:${line}:${column}: ${where}${message}`, next);
  };
  try {
    const json = parseJsonText(text);
    const parsed = schema.safeParse(json.value);
    if (!parsed.success) {
      const { path, message, next } = mistakeOf(parsed.error.issues[0]!, json.value, see);
      throw refuse(json.offsetOf(path), path, message, next);
    }
    const value = read(parsed.data, file);
    const [first] = mistakesOf(value);
    if (first) throw refuse(json.offsetOf(first.path), first.path, first.message, first.next);
    return value;
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
function mistakeOf(issue: Issue, document: unknown, see: string): Mistake {
  const { path } = issue;
  const found = at(document, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const [key = ''] = issue.keys;
      return { path: [...path, key], message: `unknown key '${key}'`, next: see };
    }
    case 'invalid_value':
      return notAmong(path, found, issue.values.map(String));
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? notAmong(path, found, issue.options.map(String))
        : ofUnion(issue, document, see);
    case 'invalid_type':
      return found === undefined
        ? { path, message: 'it is missing', next: `Expected: ${issue.expected}. ${see}` }
        : {
            path,
            message: `expected ${issue.expected}, found ${short(found)}`,
            next: see,
          };
    default:
      return { path, message: `${issue.message}, found ${short(found)}`, next: see };
  }
}

/** Of a choice of forms, the one that got furthest is the one that was meant. */
function ofUnion(issue: Issue & { readonly code: 'invalid_union' }, document: unknown, see: string): Mistake {
  const tries = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const meant = tries.reduce<Issue | undefined>(
    (best, one) =>
      one.path.length > (best?.path.length ?? 0) || one.code === 'unrecognized_keys' ? one : best,
    undefined,
  );
  if (meant) return mistakeOf({ ...meant, path: [...issue.path, ...meant.path] }, document, see);
  const forms = tries.map((one) => {
    if (one.code === 'invalid_type') return one.expected;
    return one.code === 'invalid_value'
      ? one.values.map((value) => `'${String(value)}'`).join(' or ')
      : one.message;
  });
  return {
    path: issue.path,
    message: `expected ${forms.join(' or ')}, found ${short(at(document, issue.path))}`,
    next: see,
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
