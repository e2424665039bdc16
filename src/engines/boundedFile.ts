/** Files that a user has named: a name that is meant for one, and what is in it, unless it is too large. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { LabError } from '../base/errors.js';

const MAX_FILE_BYTES = 262_144;

/** No name of the catalogue looks like that. */
const LOOKS_LIKE_A_PATH = /[./]/;

/** @param expected how the name of such a file ends.
 *  @throws {LabError} E_FILE where it is a path that ends in another way. */
export function checkIsName(nameOrPath: string, expected: string): void {
  if (!LOOKS_LIKE_A_PATH.test(nameOrPath)) return;
  throw new LabError(
    'E_FILE',
    `'${nameOrPath}' is no name; expected a file that ends in ${expected}`,
    'Rename the file, or give a name that `coresync list` has.',
  );
}

/** @param kind what the file should hold, as `coresync init` calls it.
 *  @throws {LabError} E_FILE */
export function readBounded(path: string, kind: 'scenario' | 'protocol'): string {
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
    const begin = kind === 'scenario' ? `coresync init ${path}` : `coresync init ${path} --kind ${kind}`;
    const next = existsSync(path) ? `Give a ${kind} file.` : `To begin one: ${begin}`;
    throw new LabError('E_FILE', `cannot read ${path}: ${why}`, next);
  }
}
