/** Files that a command writes where it is told to. A place that cannot be written to is found before anything is
 *  measured, because measuring takes long. */
import { accessSync, appendFileSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { fileTrouble } from '../base/fileTrouble.js';

/** @throws {LabError} E_FILE where nothing can be written to `path`. */
export function checkWritable(path: string): void {
  attempt(path, EXIT.usage, () => {
    if (path === '' || path.endsWith('/')) throw new Error('it names no file');
    if (!existsSync(path)) {
      if (!existsSync(dirname(path))) throw new Error(`there is no directory ${dirname(path)}`);
      if (!statSync(dirname(path)).isDirectory()) throw new Error(`${dirname(path)} is not a directory`);
      accessSync(dirname(path), constants.W_OK);
    } else if (statSync(path).isDirectory()) throw new Error('it is a directory');
    else accessSync(path, constants.W_OK);
  });
}

/** The same, of a file that is read again: a pipe would wait for a reader, and a device keeps nothing. */
export function checkAppendable(path: string): void {
  checkWritable(path);
  attempt(path, EXIT.usage, () => {
    if (existsSync(path) && !statSync(path).isFile()) {
      throw new Error('it is a pipe or a device; expected a file');
    }
  });
}

/** @throws {LabError} E_FILE; so does the other. */
export function writeOutput(path: string, text: string): void {
  attempt(path, EXIT.broke, () => writeFileSync(path, text));
}

export function appendOutput(path: string, text: string): void {
  attempt(path, EXIT.broke, () => appendFileSync(path, text));
}

function attempt(path: string, exit: ExitStatus, access: () => void): void {
  try {
    access();
  } catch (error) {
    throw new LabError(
      'E_FILE',
      `cannot write ${path === '' ? "''" : path}: ${fileTrouble(error)}`,
      'Choose another place.',
      exit,
    );
  }
}
