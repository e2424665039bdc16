import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** Packages of which a module is loaded until the command has ended, as Node's own debugging output names them. */
function packagesLoadedBy(...args: string[]): string[] {
  const output = execFileSync('sh', ['-c', `"$0" "$@" 2>&1`, process.execPath, MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: 'esm' },
    maxBuffer: 1 << 28,
  });
  return [
    ...new Set([...output.matchAll(/node_modules\/((?:@[^/]+\/)?[^/' ]+)\//g)].map(([, name]) => name!)),
  ].sort();
}

it('--help loads what it needs to print, and nothing heavy: it has to be quick', () => {
  expect(packagesLoadedBy('--help')).toEqual(['commander', 'fastest-levenshtein']);
  expect(packagesLoadedBy('explore', '--help')).toEqual(['commander', 'fastest-levenshtein']);
});

it('the control: a command that prints a schema loads the package that makes it, and the test would see it', () => {
  expect(packagesLoadedBy('schema')).toContain('zod');
});
