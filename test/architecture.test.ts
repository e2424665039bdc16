import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../src/jit/packageFile.js';
import {
  ambientViolations,
  catalogueViolations,
  defaultExportViolations,
  fileNameViolations,
  headerViolations,
  nameComparisonViolations,
  topLevelViolations,
} from './architecture/code.js';
import {
  computedImportViolations,
  cycleViolations,
  layerViolations,
  nodeApiViolations,
  reachedNodeApiViolations,
  wrapperViolations,
} from './architecture/layers.js';
import type { SourceTexts } from './architecture/sourceFile.js';

type Rule = (texts: SourceTexts) => string[];

/** Under version control, or about to be: whatever is not ignored. */
const PATHS = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: packageFile('./'),
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

const SOURCES: SourceTexts = Object.fromEntries(
  PATHS.filter((path) => /^(src|workers|bench|test)\/.*\.ts$/.test(path)).flatMap((path) => {
    const text = textOf(path);
    return text === undefined ? [] : [[path, text]];
  }),
);

/** Undefined where git still lists a file that was deleted. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(packageFile(path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const A = '/** a. */\nexport const a = 1;';

/** A rule, what it says about texts that break it, and a text that comes close and does not. */
interface Case {
  readonly title: string;
  readonly rule: Rule;
  readonly bad: readonly { readonly texts: SourceTexts; readonly says: string }[];
  readonly good: SourceTexts;
}

const CASES: readonly Case[] = [
  {
    title: 'each layer imports only itself and those before it',
    rule: layerViolations,
    bad: [
      {
        texts: { 'src/hw/a.ts': "import { x } from '../kernel/x.js';" },
        says: 'src/hw/a.ts imports src/kernel/x.ts: kernel comes after hw',
      },
      {
        texts: { 'src/base/a.ts': "import type { X } from '../trace/x.js';" },
        says: 'src/base/a.ts imports src/trace/x.ts: trace comes after base',
      },
      {
        texts: { 'src/kernel/a.ts': "export * from '../policies/x.js';" },
        says: 'src/kernel/a.ts imports src/policies/x.ts: policies comes after kernel',
      },
      {
        texts: { 'src/jit/a.ts': "const x = () => import('../scenarios/x.js');" },
        says: 'src/jit/a.ts imports src/scenarios/x.ts: scenarios comes after jit',
      },
      {
        texts: { 'src/jit/a.ts': "type X = typeof import('../cli/x.js');" },
        says: 'src/jit/a.ts imports src/cli/x.ts: cli comes after jit',
      },
      {
        texts: { 'src/oracle/a.ts': "import type { X } from '../kernel/x.js';" },
        says: 'src/oracle/a.ts imports src/kernel/x.ts: the oracle knows events and nothing else',
      },
      {
        texts: { 'src/scenarios/a.ts': "import type { X } from '../engines/x.js';" },
        says: 'src/scenarios/a.ts imports src/engines/x.ts: engines comes after scenarios',
      },
      {
        texts: { 'src/engines/a.ts': "import { x } from '../report/x.js';" },
        says: 'src/engines/a.ts imports src/report/x.ts: engines know nothing of how results are shown',
      },
      {
        texts: { 'src/hw/a.ts': "import { x } from '../../test/x.js';" },
        says: 'src/hw/a.ts imports test/x.ts: it is in no layer',
      },
      { texts: { 'src/other/a.ts': A }, says: 'src/other/a.ts: belongs to no layer' },
      {
        texts: { 'src/index.ts': "export * from '../bench/x.js';" },
        says: 'src/index.ts imports bench/x.ts: it is outside src',
      },
      {
        texts: { 'workers/a.ts': "import { x } from '../bench/x.js';" },
        says: 'workers/a.ts imports bench/x.ts: workers stands on src only',
      },
    ],
    good: {
      'src/scenarios/a.ts': "import type { X } from '../jit/x.js'; import { y } from '../kernel/y.js';",
      'src/engines/a.ts': "import { x } from '../oracle/x.js';",
      'src/hw/a.ts': "// import { x } from '../kernel/x.js';\nconst text = `import '../kernel/x.js'`;",
      'test/a.ts': "import { x } from '../src/cli/x.js';",
    },
  },
  {
    title: 'the layers that run in a browser import no Node API and use no Node global',
    rule: nodeApiViolations,
    bad: [
      {
        texts: { 'src/hw/a.ts': "import { cpus } from 'node:os';" },
        says: 'src/hw/a.ts imports node:os',
      },
      {
        texts: { 'src/oracle/a.ts': "import type { X } from 'fs/promises';" },
        says: 'src/oracle/a.ts imports fs/promises',
      },
      {
        texts: { 'src/kernel/a.ts': '/** . */\nexport const x = process.argv;' },
        says: 'src/kernel/a.ts:2 uses process',
      },
      {
        texts: { 'src/base/a.ts': "export const x = { y: Buffer.from('') };" },
        says: 'src/base/a.ts:1 uses Buffer',
      },
      {
        texts: { 'src/trace/a.ts': "const fs = require('fs');" },
        says: 'src/trace/a.ts:1 uses require',
      },
      { texts: { 'src/explore/a.ts': 'type T = NodeJS.Timeout;' }, says: 'src/explore/a.ts:1 uses NodeJS' },
    ],
    good: {
      'src/jit/a.ts': "import { readFile } from 'node:fs/promises';",
      'src/scenarios/a.ts': "const task = { process: 'jit' }; export const mm = task.process;",
      'src/kernel/a.ts': 'export const f = ({ process }: Task) => process;',
    },
  },
  {
    title: 'nor do they load a file that does',
    rule: reachedNodeApiViolations,
    bad: [
      {
        texts: {
          'src/explore/a.ts': "import { b } from '../jit/b.js';",
          'src/jit/b.ts': "import { c } from './c.js';",
          'src/jit/c.ts': "import { readFileSync } from 'node:fs';",
        },
        says: 'src/explore/a.ts -> src/jit/b.ts -> src/jit/c.ts -> node:fs',
      },
    ],
    good: {
      'src/scenarios/a.ts': "import type { B } from '../jit/b.js';",
      'src/jit/b.ts': "import { readFileSync } from 'node:fs';",
    },
  },
  {
    title: 'external libraries stand behind one file each',
    rule: wrapperViolations,
    bad: [
      {
        texts: { 'src/jit/a.ts': "const b = await import('binaryen');" },
        says: 'src/jit/a.ts imports binaryen, which belongs to src/jit/fetchUnit.ts',
      },
      {
        texts: { 'bench/a.ts': "import wabt from 'wabt';" },
        says: 'bench/a.ts imports wabt, which belongs to src/jit/wabt.ts',
      },
      {
        texts: { 'workers/a.ts': "import type { Piscina } from 'piscina';" },
        says: 'workers/a.ts imports piscina, which belongs to src/engines/workerPool.ts',
      },
      {
        texts: { 'src/report/a.ts': "import { Command } from 'commander/esm.mjs';" },
        says: 'src/report/a.ts imports commander, which belongs to src/cli/',
      },
      {
        texts: {
          'src/engines/native/a.ts': "import koffi from 'koffi';",
          'src/engines/native/b.ts': "import koffi from 'koffi';",
        },
        says: 'src/engines/native/b.ts imports koffi, which src/engines/native/a.ts imports already',
      },
    ],
    good: {
      'src/jit/fetchUnit.ts': "const b = await import('binaryen');",
      'src/cli/a.ts': "import { Command } from 'commander';",
      'src/engines/native/a.ts': "const koffi = await import('koffi');",
    },
  },
  {
    title: 'imports say what they import',
    rule: computedImportViolations,
    bad: [
      {
        texts: { 'src/cli/a.ts': 'const x = await import(name);' },
        says: 'src/cli/a.ts imports by a computed name: the other rules cannot see what',
      },
    ],
    good: { 'src/engines/catalogue.ts': "const x = await import(directory + name + '.js');" },
  },
  {
    title: 'no file loads itself through others',
    rule: cycleViolations,
    bad: [
      {
        texts: {
          'src/hw/a.ts': "import { b } from './b.js';",
          'src/hw/b.ts': "export { c } from './c.js';",
          'src/hw/c.ts': "const a = await import('./a.js');",
        },
        says: 'src/hw/a.ts -> src/hw/b.ts -> src/hw/c.ts -> src/hw/a.ts',
      },
    ],
    good: {
      'src/hw/a.ts': "import { b } from './b.js'; import { c } from './c.js';",
      'src/hw/b.ts': "import { c } from './c.js'; import type { A } from './a.js';",
      'src/hw/c.ts': A,
    },
  },
  {
    title: 'time and chance come from a seed',
    rule: ambientViolations,
    bad: [
      { texts: { 'src/kernel/a.ts': 'const t = Date.now();' }, says: 'src/kernel/a.ts:1 uses Date.now' },
      { texts: { 'src/hw/a.ts': 'performance.now();' }, says: 'src/hw/a.ts:1 uses performance' },
      { texts: { 'src/explore/a.ts': 'Math.random();' }, says: 'src/explore/a.ts:1 uses Math.random' },
      { texts: { 'test/a.ts': "Math['random']();" }, says: 'test/a.ts:1 uses Math.random' },
      { texts: { 'src/report/a.ts': 'new Date();' }, says: 'src/report/a.ts:1 uses new Date()' },
      {
        texts: { 'src/jit/a.ts': "import { performance as p } from 'node:perf_hooks';" },
        says: 'src/jit/a.ts imports node:perf_hooks',
      },
    ],
    good: {
      'src/engines/threads/a.ts': 'performance.now();',
      'src/report/a.ts': 'new Date(startedAt); Math.max(1, 2);',
    },
  },
  {
    title: 'nothing asks a policy, a profile or an engine for its name',
    rule: nameComparisonViolations,
    bad: [
      {
        texts: { 'src/kernel/a.ts': "if (policy.name === 'eager') f();" },
        says: "src/kernel/a.ts:1 compares a name with 'eager'",
      },
      {
        texts: { 'src/report/a.ts': "switch (p.name) { case 'eager': f(); }" },
        says: "src/report/a.ts:1 compares a name with 'eager'",
      },
      {
        texts: { 'src/cli/a.ts': "if ('threads' === engine) f();" },
        says: "src/cli/a.ts:1 compares a name with 'threads'",
      },
      {
        texts: { 'src/policies/lazy-one.ts': A, 'src/engines/a.ts': "const slow = ['lazy-one'];" },
        says: "src/engines/a.ts:1 knows 'lazy-one' by name",
      },
      {
        texts: { 'src/hw/arch/m68k.ts': A, 'src/jit/a.ts': "if (weak.has('m68k')) f();" },
        says: "src/jit/a.ts:1 knows 'm68k' by name",
      },
    ],
    good: {
      'src/policies/lazy-one.ts': A,
      'src/cli/demo.ts': "const shown = ['lazy-one'];",
      'src/kernel/a.ts': "export const point = { where: 'lazy-one' };",
      'src/engines/b.ts': "load(asked ?? 'lazy-one', { policy: 'lazy-one' });",
      'src/scenarios/a.ts': "export const defaults = { policy: 'lazy-one' };",
      'src/engines/a.ts': "const found = all.find((one) => one.name === wanted); type W = 'lazy-one' | 'b';",
    },
  },
  {
    title: 'an entry of the catalogue has the name of its file',
    rule: catalogueViolations,
    bad: [
      {
        texts: { 'src/policies/a.ts': "export const policy = { name: 'b', hook: { name: 'a' } };" },
        says: "src/policies/a.ts exports policy 'b'",
      },
      {
        texts: { 'src/scenarios/a.ts': "export const scenario = { ...base, title: 'a' };" },
        says: "src/scenarios/a.ts exports no 'scenario' with a literal name",
      },
      {
        texts: { 'src/jit/protocols/a.ts': "const protocol = { name: 'a' };" },
        says: "src/jit/protocols/a.ts exports no 'protocol' with a literal name",
      },
    ],
    good: {
      'src/hw/arch/a.ts': "export const profile: P = { parts: [{ name: 'x' }], name: 'a' };",
      'src/policies/b.ts': "export const policy = deferred({ name: 'b' });",
    },
  },
  {
    title: 'no junk drawers',
    rule: fileNameViolations,
    bad: [
      'src/hw/utils.ts',
      'test/helpers.ts',
      'src/jit/types.ts',
      'bench/common.ts',
      'src/cli/index.ts',
    ].map((path) => ({
      texts: { [path]: A },
      says: `${path}: a name that says nothing about what is inside`,
    })),
    good: { 'src/index.ts': A, 'src/hw/commonCause.ts': A },
  },
  {
    title: 'no default exports',
    rule: defaultExportViolations,
    bad: [
      { texts: { 'src/hw/a.ts': 'export default 1;' }, says: 'src/hw/a.ts:1 exports a default' },
      {
        texts: { 'bench/a.ts': 'const a = 1;\nexport { a as default };' },
        says: 'bench/a.ts:2 exports a default',
      },
    ],
    good: { 'src/hw/a.ts': "import b from 'b'; export { b };" },
  },
  {
    title: 'each file of src opens with what it is for',
    rule: headerViolations,
    bad: [
      {
        texts: { 'src/hw/a.ts': 'export const a = 1; /** late */' },
        says: 'src/hw/a.ts does not open with what it is for',
      },
      {
        texts: { 'src/hw/a.ts': '/* not a doc comment */\n' },
        says: 'src/hw/a.ts does not open with what it is for',
      },
      { texts: { 'src/hw/a.ts': '/** */\n' }, says: 'src/hw/a.ts does not open with what it is for' },
    ],
    good: { 'src/cli/main.ts': `#!/usr/bin/env node\n${A}`, 'test/a.ts': '' },
  },
];

describe.each(CASES)('$title', ({ rule, bad, good }) => {
  it('holds for the repository', () => {
    expect(rule(SOURCES)).toEqual([]);
  });

  it.each(bad)('can fail: $says', ({ texts, says }) => {
    expect(rule(texts)).toEqual([says]);
  });

  it('does not fail for what only looks like it', () => {
    expect(rule(good)).toEqual([]);
  });
});

describe('the top level holds what it should and nothing else', () => {
  it('holds for the repository', () => {
    expect(topLevelViolations(PATHS)).toEqual([]);
  });

  it('can fail', () => {
    expect(topLevelViolations(['src/a.ts', '.ci/run', 'scripts/x.sh', 'notes.md', 'LICENSE'])).toEqual([
      'scripts',
      'notes.md',
    ]);
  });
});

describe('the files these rules see', () => {
  it('are the files there are: every layer that exists, with its imports', () => {
    const paths = Object.keys(SOURCES);
    for (const known of [
      'src/base/layout.ts',
      'src/kernel/membarrier.ts',
      'workers/cpu.ts',
      'bench/main.ts',
    ]) {
      expect(paths).toContain(known);
    }
    expect(paths.length).toBeGreaterThan(80);
  });
});
