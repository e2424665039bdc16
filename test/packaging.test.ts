import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../src/jit/packageFile.js';
import { isNodeApi, packageOf, parseFiles, type SourceTexts } from './architecture/sourceFile.js';

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(packageFile('./'));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const SHIPPED = { ...MANIFEST.dependencies, ...MANIFEST.optionalDependencies };

function textsUnder(directory: string): SourceTexts {
  return Object.fromEntries(
    readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [`${directory}/${path}`, readFileSync(join(ROOT, directory, path), 'utf8')]),
  );
}

/** External packages that the files load when they run. */
function loadedBy(texts: SourceTexts): string[] {
  const specifiers = parseFiles(texts).flatMap((file) =>
    file.imports.flatMap((imported) => (imported.typeOnly ? [] : (imported.specifier ?? []))),
  );
  const external = specifiers.filter((specifier) => !specifier.startsWith('.') && !isNodeApi(specifier));
  return [...new Set(external.map(packageOf))].sort();
}

describe('the manifest', () => {
  const loaded = loadedBy({ ...textsUnder('src'), ...textsUnder('workers') });

  it('declares every package that the program loads', () => {
    expect(loaded.filter((name) => !(name in SHIPPED))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(3);
  });

  it('pins versions: what was measured and tested is what is installed', () => {
    const all = Object.entries({ ...SHIPPED, ...MANIFEST.devDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('points to files that the build makes', () => {
    const targets = [
      ...Object.values(MANIFEST.bin),
      ...Object.values(MANIFEST.exports).flatMap((entry) => [entry.types, entry.default]),
    ];
    expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
    expect(targets.length).toBeGreaterThan(2);
  });

  it('names as a command a file that a shell can start', () => {
    for (const target of Object.values(MANIFEST.bin)) {
      expect(readFileSync(join(ROOT, target), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});

describe('a fresh clone', () => {
  let clone: string;

  /* Its build is one that takes no time. */
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'coresync-clone-'));
    const build =
      "node -e \"const fs = require('fs'); fs.mkdirSync('dist/src', { recursive: true }); fs.writeFileSync('dist/src/index.js', '')\"";
    const manifest = { ...MANIFEST, scripts: { ...MANIFEST.scripts, build } };
    writeFileSync(join(clone, 'package.json'), JSON.stringify(manifest));
  });

  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  it('is built before it is packed', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
      cwd: clone,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(packed) as [{ readonly files: readonly { readonly path: string }[] }];
    expect(files.map(({ path }) => path)).toContain('dist/src/index.js');
  });
});

describe('the packed package', () => {
  let directory: string;
  const unpacked = (): string => join(directory, 'package');

  function coresync(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
    const main = join(unpacked(), MANIFEST.bin.coresync!);
    return spawnSync(process.execPath, [main, ...args], { cwd: directory, encoding: 'utf8' });
  }

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'coresync-pack-'));
    const packed = execFileSync(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--pack-destination', directory],
      { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
    execFileSync('tar', ['-xzf', filename], { cwd: directory });
    /* Its dependencies are those of this checkout; everything else has to come out of the tarball. */
    symlinkSync(join(ROOT, 'node_modules'), join(unpacked(), 'node_modules'), 'dir');
  }, 60_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('answers --help from any directory', () => {
    const { status, stdout } = coresync('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('coresync');
  });

  it('runs a scenario on real threads: workers, run loop and catalogue are all in it', () => {
    const { status, stdout } = coresync('run', 'running-peer', '--rounds', '20', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      scenario: 'running-peer',
      verdict: 'stale',
      publications: 20,
    });
  });
});
