/** Files of the build, for tests that start a program. A build that is older than its sources would run something else
 *  than what the test reads, so it is refused. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../src/jit/packageFile.js';
import { staleSources } from './staleSources.js';

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
