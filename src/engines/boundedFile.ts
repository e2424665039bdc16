/** Reads a file that a user has named, unless it is too large to be one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { LabError } from '../base/errors.js';

const MAX_FILE_BYTES = 262_144;

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
