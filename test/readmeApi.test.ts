import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../src/jit/packageFile.js';

const [, PROGRAM = ''] = /^```js\n(.*?)^```/ms.exec(readFileSync(packageFile('README.md'), 'utf8')) ?? [];

/** Runs a program in the package, which finds itself by its name; what it imports is the build. */
function run(program: string): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: fileURLToPath(packageFile('./')),
    input: program,
    encoding: 'utf8',
  });
  return { status, stdout };
}

describe('the program in the README', () => {
  it('is short', () => {
    expect(PROGRAM.trim().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('does what its last comment says', () => {
    expect(run(PROGRAM)).toEqual({ status: 0, stdout: '0 stale\n' });
    expect(PROGRAM).toContain("policy: 'none'");
    expect(run(PROGRAM.replace("'none'", "'mainline'"))).toEqual({ status: 0, stdout: '1 safe\n' });
  }, 60_000);
});
