/** The scenario that a user chose: one of the catalogue by its name, or a file by its path: a scenario file ends in .json,
 *  a function of the user's own in .wat or .wasm, and is put into a situation that fits any. */
import { basename } from 'node:path';
import { ownFunctionScenario } from '../scenarios/file/ownFunction.js';
import { readScenarioText } from '../scenarios/file/text.js';
import type { Scenario } from '../scenarios/scenario.js';
import { checkIsName, readBounded } from './boundedFile.js';
import { loadScenario } from './catalogue.js';
import { CODE_FILE, readCodeFile } from './ownCode.js';

/** @throws {LabError} E_UNKNOWN_NAME, E_FILE, E_SCENARIO_FILE, E_WAT, E_WASM, E_OWN_CODE */
export async function chosenScenario(nameOrPath: string): Promise<Scenario> {
  if (CODE_FILE.test(nameOrPath)) return aroundFunction(nameOrPath);
  if (nameOrPath.endsWith('.json')) return readScenarioText(readBounded(nameOrPath, 'scenario'), nameOrPath);
  checkIsName(nameOrPath, '.json, .wat or .wasm');
  return loadScenario(nameOrPath);
}

async function aroundFunction(path: string): Promise<Scenario> {
  const { outlined } = await readCodeFile(path);
  return ownFunctionScenario(
    path,
    basename(path),
    outlined.points.map(({ name }) => name),
  );
}
