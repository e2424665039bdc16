/** The scenario that a user chose: one of the catalogue by its name, or a file by its path: a scenario file ends in .json,
 *  a function of the user's own in .wat or .wasm, and is put into a situation that fits any. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { LabError } from '../base/errors.js';
import { ownFunctionScenario } from '../scenarios/file/ownFunction.js';
import { readScenarioText } from '../scenarios/file/text.js';
import type { Scenario } from '../scenarios/scenario.js';
import { loadScenario } from './catalogue.js';
import { CODE_FILE, readCodeFile } from './ownCode.js';

const MAX_FILE_BYTES = 262_144;

/** @throws {LabError} E_UNKNOWN_NAME, E_FILE, E_SCENARIO_FILE, E_WAT, E_WASM, E_OWN_CODE */
export async function chosenScenario(nameOrPath: string): Promise<Scenario> {
  if (CODE_FILE.test(nameOrPath)) return aroundFunction(nameOrPath);
  if (!nameOrPath.endsWith('.json')) return loadScenario(nameOrPath);
  return readScenarioText(readBounded(nameOrPath), nameOrPath);
}

async function aroundFunction(path: string): Promise<Scenario> {
  const { outlined } = await readCodeFile(path);
  return ownFunctionScenario(
    path,
    basename(path),
    outlined.points.map(({ name }) => name),
  );
}

function readBounded(path: string): string {
  try {
    const entry = statSync(path);
    if (!entry.isFile()) throw new Error('it is not a file');
    if (entry.size > MAX_FILE_BYTES) {
      throw new Error(`it has ${entry.size} bytes; expected at most ${MAX_FILE_BYTES}`);
    }
    /* Some editors begin a file with a byte order mark. */
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = existsSync(path) ? 'Give a scenario file.' : `To begin one: coresync init ${path}`;
    throw new LabError('E_FILE', `cannot read ${path}: ${why}`, next);
  }
}
