import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../src/jit/packageFile.js';

const ROOT = fileURLToPath(packageFile('./'));

describe('a file among the policies that exports none', () => {
  let copy: string;

  function coresync(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
    return spawnSync(process.execPath, [join(copy, 'dist/src/cli/main.js'), ...args], { encoding: 'utf8' });
  }

  /* A copy: other tests read the catalogue of this checkout at the same time. */
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'coresync-catalogue-'));
    for (const part of ['package.json', 'dist/src', 'dist/workers', 'wasm']) {
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
    const policies = join(copy, 'dist/src/policies');
    writeFileSync(join(policies, 'misnamed.js'), "export const polcy = { name: 'misnamed' };\n");
    writeFileSync(join(policies, 'empty.js'), 'export {};\n');
  }, 60_000);

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it.each([
    ['misnamed', "'polcy'"],
    ['empty', 'nothing'],
  ])('%s: the file and the export that is missing are named', (name, found) => {
    const { status, stderr } = coresync('run', 'kthread-return', '--policy', name, '--rounds', '1');
    expect(stderr).toMatch(
      `error: src/policies/${name}.ts exports ${found}; expected 'policy', as it is where every policy stands\n`,
    );
    expect(stderr).toMatch("Export the policy from it as 'policy', or move the file.");
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(4);
  });

  it('a list of all of them says so too, without a stack trace', () => {
    const { status, stderr } = coresync('list');
    expect(stderr).toMatch(/^error: src\/policies\/(misnamed|empty)\.ts exports /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(4);
  });
});
