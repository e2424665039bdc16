/** Files of the build, for tests that start a program. A build that is older than its sources would run something else
 *  than what the test reads, so it is refused. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../src/jit/packageFile.js';

const ROOT = fileURLToPath(packageFile('./'));

/** @param relative of the build: `test/x.js` is what was compiled from test/x.ts.
 *  @throws where it is not there, or src or its own directory were changed since. */
export function builtFile(relative: string): string {
  const stale = staleSources(ROOT, ['src', dirname(relative)]);
  const file = join(ROOT, 'dist', relative);
  if (stale.length > 0 || !existsSync(file)) {
    throw new Error(`the build is old or missing (${stale[0] ?? relative}); run: npm run build`);
  }
  return file;
}

/** Sources that were changed since they were built, or were never built. Tests do not count: nobody starts them. */
export function staleSources(root: string, directories: readonly string[]): string[] {
  return directories
    .flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${directory}/${path}`,
      ),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) => {
      const built = join(root, 'dist', path.replace(/\.ts$/, '.js'));
      return !existsSync(built) || statSync(built).mtimeMs < statSync(join(root, path)).mtimeMs;
    });
}
