/** Files of the build, for tests that start a program. A build that is older than its sources would test something
 *  else than the test reads, so it is refused. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../src/jit/packageFile.js';

const ROOT = fileURLToPath(packageFile('./'));
const SOURCES = ['src', 'workers', 'test'];

/** @param relative of the build: `test/x.js` for what was compiled from test/x.ts.
 *  @throws where it is not there, or some source is newer than what was built from it. */
export function builtFile(relative: string): string {
  const stale = staleSources(ROOT, SOURCES);
  const file = join(ROOT, 'dist', relative);
  if (stale.length > 0 || !existsSync(file)) {
    throw new Error(`the build is old or missing (${stale[0] ?? relative}); run: npm run build`);
  }
  return file;
}

/** Sources that were changed since they were built, or never built. */
export function staleSources(root: string, directories: readonly string[]): string[] {
  return directories.flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${directory}/${path}`)
      .filter((path) => {
        const built = join(root, 'dist', path.replace(/\.ts$/, '.js'));
        return !existsSync(built) || statSync(built).mtimeMs < statSync(join(root, path)).mtimeMs;
      }),
  );
}
