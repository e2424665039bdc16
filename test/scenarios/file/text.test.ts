import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/base/errors.js';
import { parseJsonText } from '../../../src/base/jsonText.js';
import { loadScenario, scenarioNames } from '../../../src/engines/catalogue.js';
import { mistakesIn } from '../../../src/scenarios/file/mistakes.js';
import { scenarioFileSchema, scenarioJsonSchema, scenarioOf } from '../../../src/scenarios/file/schema.js';
import { SCENARIO_TEMPLATE } from '../../../src/scenarios/file/template.js';
import { readScenarioText } from '../../../src/scenarios/file/text.js';
import { HOSTILE_FILES } from './corpus.js';
import { mutatedText } from './mutatedText.js';

/** `npm run fuzz` asks for a million. */
const FUZZ_RUNS = Number(process.env.CORESYNC_FUZZ_RUNS ?? 1500);

function refusal(text: string): LabError {
  try {
    readScenarioText(text, 'my.json');
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('readScenarioText', () => {
  it('the template is the scenario kthread-return', async () => {
    const { processes, sites, tasks } = await loadScenario('kthread-return');
    expect(readScenarioText(SCENARIO_TEMPLATE, 'my.json')).toMatchObject({ processes, sites, tasks });
  });

  it.each(HOSTILE_FILES)('$title', ({ text, message }) => {
    const error = refusal(text);
    expect(error.message).toContain(message);
    expect(error.exit).toBe(2);
    expect(error.next).not.toBe('');
  });

  it('mutated files are accepted or refused, and nothing else', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(mutatedText(SCENARIO_TEMPLATE), (text) => {
        try {
          readScenarioText(text, 'my.json');
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
  it.each(scenarioNames())('can express %s', async (name) => {
    const { processes, sites, tasks, title, parameters, offline } = await loadScenario(name);
    const written = { title, processes, sites, tasks, parameters, offline };
    const { value } = parseJsonText(JSON.stringify(written));
    const own = scenarioOf(scenarioFileSchema.parse(value), 'my.json');
    expect(own.tasks).toEqual(tasks);
    expect(mistakesIn(own)).toEqual([]);
  });

  it('has a JSON Schema that names every key of the template and allows comments', () => {
    const schema = scenarioJsonSchema() as { properties: object; patternProperties: object };
    const keys = Object.keys(parseJsonText(SCENARIO_TEMPLATE).value as object);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(keys));
    expect(Object.keys(schema.patternProperties)).toEqual(['^//']);
  });
});
