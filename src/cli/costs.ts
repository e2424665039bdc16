/** `--costs`: the name of a profile, or a JSON file. */
import { existsSync } from 'node:fs';
import { loadCostProfile } from '../engines/catalogue.js';
import type { CostProfile } from '../hw/costProfile.js';
import { costProfileSchema } from '../report/costProfileSchema.js';
import { readJsonFile } from './jsonFile.js';

/** @throws {LabError} E_UNKNOWN_NAME, E_FILE */
export async function costsNamed(name: string): Promise<CostProfile> {
  if (!existsSync(name) && !name.endsWith('.json')) return loadCostProfile(name);
  return readJsonFile(name, costProfileSchema, {
    next: 'Give a file as `coresync bench --costs` reads it, or the name of a cost profile.',
  }) as CostProfile;
}
