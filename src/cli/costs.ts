/** `--costs`: the name of a profile, or a JSON file. */
import { existsSync } from 'node:fs';
import { costProfileNames, loadCostProfile } from '../engines/catalogue.js';
import type { CostProfile } from '../hw/costProfile.js';
import { costProfileSchema } from '../report/costProfileSchema.js';
import { readJsonFile } from './jsonFile.js';

/** A profile that is known goes before a file of the same name.
 *  @throws {LabError} E_UNKNOWN_NAME, E_FILE */
export async function costsNamed(name: string): Promise<CostProfile> {
  const known = costProfileNames();
  if (known.includes(name) || !isFile(name)) return loadCostProfile(name);
  return readJsonFile(name, costProfileSchema, {
    next:
      '`coresync calibrate --save FILE` writes a cost profile, and `coresync schema --kind costs` says what may be in one. ' +
      `Or name one that is there: ${known.join(', ')}.`,
  }) as CostProfile;
}

function isFile(name: string): boolean {
  return existsSync(name) || name.includes('/') || name.endsWith('.json');
}
