/** Reads the text of a scenario file or a protocol file: the first mistake is thrown, with its line, its path and what to do. */
import type { z } from 'zod';
import { LabError } from '../../base/errors.js';
import { type JsonPath, JsonTextError, lineAndColumn, parseJsonText } from '../../base/jsonText.js';
import { type Expected, pathText, schemaMistake } from '../../base/schemaMistake.js';
import type { PublicationProtocol } from '../../jit/protocol.js';
import type { OwnScenario } from '../scenario.js';
import { type Mistake, mistakesIn } from './mistakes.js';
import { mistakesInProtocol } from './protocolMistakes.js';
import { protocolFileSchema, protocolOf } from './protocolSchema.js';
import { scenarioFileSchema, scenarioOf } from './schema.js';

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
      const { path, message, expected } = schemaMistake(parsed.error.issues[0]!, json.value);
      throw refuse(json.offsetOf(path), path, message, nextFor(expected, see));
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

/** In one sentence what to do: what could stand there, or where that is written. */
function nextFor(expected: Expected | undefined, see: string): string {
  if (expected === undefined) return see;
  return 'kind' in expected
    ? `Expected: ${expected.kind}. ${see}`
    : `Expected one of: ${expected.oneOf.join(', ')}.`;
}
