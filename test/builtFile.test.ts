import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtFile } from './builtFile.js';
import { staleSources } from './staleSources.js';

const ROOT = mkdtempSync(join(tmpdir(), 'coresync-built-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

function file(path: string, seconds: number): void {
  mkdirSync(join(ROOT, path, '..'), { recursive: true });
  writeFileSync(join(ROOT, path), '');
  utimesSync(join(ROOT, path), seconds, seconds);
}

describe('staleSources', () => {
  it('names sources that are newer than what was built from them, or were never built', () => {
    file('src/old.ts', 100);
    file('dist/src/old.js', 200);
    file('src/deep/changed.ts', 300);
    file('dist/src/deep/changed.js', 200);
    file('src/deep/new.ts', 100);
    file('src/deep/a.test.ts', 100);
    file('src/notes.md', 300);
    expect(staleSources(ROOT, ['src']).sort()).toEqual(['src/deep/changed.ts', 'src/deep/new.ts']);
  });
});

describe('builtFile', () => {
  it('refuses a file that was not built', () => {
    expect(() => builtFile('test/no-such-file.js')).toThrow(/run: npm run build/);
  });
});
