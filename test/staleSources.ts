/** What the build is behind its sources in. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

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
