/** The text of a document that a user has named: of a file with an end, so that a pipe or a device keeps nobody waiting. */
import { readFileSync, statSync } from 'node:fs';

/** Far more than any command writes: a large bench has some MB. */
const MAX_DOCUMENT_BYTES = 268_435_456;

/** @throws {Error} that `fileTrouble` puts into words. */
export function readDocumentFile(path: string): string {
  const entry = statSync(path);
  if (entry.isDirectory()) throw new Error('it is a directory');
  if (!entry.isFile()) throw new Error('it is a pipe or a device; expected a file');
  if (entry.size > MAX_DOCUMENT_BYTES) {
    throw new Error(`it has ${entry.size} bytes; expected at most ${MAX_DOCUMENT_BYTES}`);
  }
  return readFileSync(path, 'utf8');
}
