/** Files that ship with the package next to the compiled code: the hand-written WAT.
 *
 *  The same source runs as src/jit/packageFile.ts under the test runner and as dist/src/jit/packageFile.js when built,
 *  at different depths, so the root is looked for rather than counted in `..`.
 *  Source: Node.js documentation, "Determining package scope" (nearest package.json upwards), with the name checked.
 *  Limit: needs a file system; a bundled build would have to inline the texts instead. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { EXIT, LabError } from '../base/errors.js';

const PACKAGE_NAME = 'coresync';

let root: URL | undefined;

/** @param relative from the package root, with forward slashes: `wasm/run-loop.wat`. */
export function packageFile(relative: string): URL {
  root ??= findRoot(import.meta.url);
  return new URL(relative, root);
}

/** @throws {LabError} E_PACKAGE_FILE if the installed package does not have the file. */
export async function readPackageText(relative: string): Promise<string> {
  const file = packageFile(relative);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError(
      'E_PACKAGE_FILE',
      `cannot read ${file.href}: ${cause instanceof Error ? cause.message : String(cause)}`,
      `Reinstall ${PACKAGE_NAME}; the file is part of the package.`,
      EXIT.broke,
    );
  }
}

function findRoot(from: string): URL {
  let directory = new URL('./', from);
  for (;;) {
    const manifest = new URL('package.json', directory);
    if (existsSync(manifest) && nameIn(manifest) === PACKAGE_NAME) return directory;
    const parent = new URL('../', directory);
    if (parent.href === directory.href) {
      throw new LabError(
        'E_PACKAGE_FILE',
        `no package.json of ${PACKAGE_NAME} in any directory above ${from}`,
        `Run ${PACKAGE_NAME} from its installed package or from a checkout.`,
        EXIT.broke,
      );
    }
    directory = parent;
  }
}

function nameIn(manifest: URL): unknown {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed ? parsed.name : undefined;
}
