/** Protocol files: what is read, and what is refused with place and advice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/base/errors.js';
import { parseJsonText } from '../../../src/base/jsonText.js';
import { loadProtocol, protocolNames } from '../../../src/engines/catalogue.js';
import { mistakesInProtocol } from '../../../src/scenarios/file/protocolMistakes.js';
import {
  protocolFileSchema,
  protocolJsonSchema,
  protocolOf,
} from '../../../src/scenarios/file/protocolSchema.js';
import { PROTOCOL_TEMPLATE } from '../../../src/scenarios/file/protocolTemplate.js';
import { readProtocolText } from '../../../src/scenarios/file/text.js';
import { mutatedText } from './mutatedText.js';

/** `npm run fuzz` asks for a million. */
const FUZZ_RUNS = Number(process.env.CORESYNC_FUZZ_RUNS ?? 1500);

function refusal(text: string): LabError {
  try {
    readProtocolText(text, 'my.json');
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const written = (writer: readonly string[], executor?: readonly string[]): string =>
  JSON.stringify({ summary: 's', writer, ...(executor && { executor }) });

const MISTAKES: readonly (readonly [title: string, text: string, message: string])[] = [
  ['no JSON', '{', 'my.json:1:2'],
  ['an empty writer', written([]), 'writer'],
  ['a step of nobody', written(['stroe']), 'writer[0]: unknown "stroe"; did you mean \'store\'?'],
  ['a step of the other side', written(['jump']), 'writer[0]: unknown "jump"'],
  ['an unknown key', '{"summary":"s","writer":["store"],"writers":[]}', "unknown key 'writers'"],
  ['waits without asking', written(['await-acknowledgements']), 'writer[0]: nobody was asked'],
  [
    'nobody acknowledges',
    written(['request', 'await-acknowledgements', 'promise'], ['await-request', 'jump']),
    "executor: the writer waits for one 'acknowledge'",
  ],
  [
    'acknowledges too late',
    written(['request', 'await-acknowledgements', 'promise'], ['await-pointer', 'acknowledge', 'jump']),
    'executor[0]: the pointer comes after',
  ],
  ['nobody asks', written(['store'], ['await-request', 'jump']), "executor[0]: nobody makes a 'request'"],
  ['never gets there', written(['store'], ['await-pointer']), 'executor: it never gets to the code'],
  ['no branch taken', written(['store-branch']), 'writer[0]: no executor takes the branch'],
];

describe('readProtocolText', () => {
  it('reads the template', () => {
    expect(readProtocolText(PROTOCOL_TEMPLATE, 'my.json')).toMatchObject({
      name: 'my.json',
      writer: ['store', 'clear-cache', 'membarrier-sync-core', 'promise'],
    });
  });

  it.each(MISTAKES)('%s', (_, text, message) => {
    const error = refusal(text);
    expect(error.message).toContain(message);
    expect(error.exit).toBe(2);
    expect(error.next).not.toBe('');
  });

  it('mutated files are accepted or refused, and nothing else', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(mutatedText(PROTOCOL_TEMPLATE), (text) => {
        try {
          readProtocolText(text, 'my.json');
          seen.accepted++;
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
          seen.refused++;
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(10);
  });
});

describe('the format', () => {
  it.each(protocolNames())('can express %s', async (name) => {
    const { name: _, ...protocol } = await loadProtocol(name);
    const { value } = parseJsonText(JSON.stringify(protocol));
    const own = protocolOf(protocolFileSchema.parse(value), name);
    expect(own).toMatchObject(protocol);
    expect(mistakesInProtocol(own)).toEqual([]);
  });

  it('has a JSON Schema that names every key of the template and allows comments', () => {
    const schema = protocolJsonSchema() as { properties: object; patternProperties: object };
    const keys = Object.keys(parseJsonText(PROTOCOL_TEMPLATE).value as object);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(keys));
    expect(Object.keys(schema.patternProperties)).toEqual(['^//']);
  });
});
