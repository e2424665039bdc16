/** What code may say and how files are named. A rule takes the texts of files and gives one line per violation. */
import { posix } from 'node:path';
import {
  globalsUsed,
  isNode,
  lineOf,
  memberOf,
  type Node,
  nameOf,
  parseFiles,
  type SourceFile,
  type SourceTexts,
  stringOf,
} from './sourceFile.js';

const MAY_READ_CLOCKS = [
  'bench/',
  'src/engines/threads/',
  'src/engines/watchdog.ts',
  'src/engines/native/',
  'src/cli/',
  'test/cli/',
  /* Calibrated work has to take some time. */
  'test/jit/fetchUnit.test.ts',
];

/** Time and chance that no seed decides. */
export function ambientViolations(texts: SourceTexts): string[] {
  return parseFiles(texts)
    .filter((file) => !MAY_READ_CLOCKS.some((place) => file.path.startsWith(place)))
    .flatMap((file) => {
      const globals = globalsUsed(file).flatMap(({ node, parents }) => {
        const what = ambientUse(node, parents.at(-1));
        return what === undefined ? [] : [`${lineOf(file, node)} uses ${what}`];
      });
      const imported = file.imports
        .filter(({ specifier }) => /^(node:)?(perf_hooks|crypto)$/.test(specifier ?? ''))
        .map(({ specifier }) => `${file.path} imports ${specifier}`);
      return [...globals, ...imported];
    });
}

function ambientUse(node: Node, parent: Node | undefined): string | undefined {
  const name = nameOf(node);
  const member = parent?.type === 'MemberExpression' && parent.object === node ? memberOf(parent) : undefined;
  if (name === 'performance' || name === 'crypto') return name;
  if (name === 'Date' && member === 'now') return 'Date.now';
  if (name === 'Math' && member === 'random') return 'Math.random';
  if (name === 'process' && member === 'hrtime') return 'process.hrtime';
  const made = parent?.type === 'NewExpression' && parent.callee === node;
  if (name === 'Date' && made && (parent.arguments as readonly Node[]).length === 0) return 'new Date()';
  return undefined;
}

const CATALOGUES = {
  'src/policies/': 'policy',
  'src/hw/arch/': 'profile',
  'src/jit/protocols/': 'protocol',
  'src/jit/reactions/': 'reaction',
  'src/kernel/overlays/': 'overlay',
  'src/scenarios/': 'scenario',
} as const;
/** In the directories of the catalogue, but no entries. */
const NOT_ENTRIES = [
  'scenario',
  'assemble',
  'expectation',
  'workloadTasks',
  'membarrierOrdering',
  'executedVersions',
  'label',
  'publicationCode',
  'overlayExpectation',
  'taskPlacement',
].map((name) => `src/scenarios/${name}.ts`);

const MAY_NAME_NAMES = [
  ...Object.keys(CATALOGUES),
  'test/',
  'bench/',
  /* The tour, and what is proposed after a run, choose what to show. */
  'src/cli/demo.ts',
  'src/cli/comparedPolicies.ts',
  'src/cli/tour.ts',
  'src/report/nextSteps.ts',
];
const ENGINE_NAMES = ['virtual', 'threads', 'native'];
const EQUALITY = ['===', '!==', '==', '!='];

/** Branching on the name of a policy, a profile or an engine. */
export function nameComparisonViolations(texts: SourceTexts): string[] {
  const known = Object.keys(texts)
    .filter((path) => path.startsWith('src/policies/') || path.startsWith('src/hw/arch/'))
    .map((path) => posix.basename(path, '.ts'));
  return parseFiles(texts)
    .filter((file) => !MAY_NAME_NAMES.some((place) => file.path.startsWith(place)))
    .flatMap((file) => [
      ...comparisons(file)
        .filter(({ what, literal }) => memberOf(what) === 'name' || ENGINE_NAMES.includes(literal))
        .map(({ at, literal }) => `${lineOf(file, at)} compares a name with '${literal}'`),
      ...file.nodes
        .filter(({ node, parents }) => isNamedValue(node, parents, known))
        .map(({ node }) => `${lineOf(file, node)} knows '${stringOf(node)}' by name`),
    ]);
}

interface Comparison {
  readonly at: Node;
  readonly what: Node;
  readonly literal: string;
}

function comparisons(file: SourceFile): Comparison[] {
  return file.nodes.flatMap(({ node, parents }) => {
    if (node.type === 'BinaryExpression' && EQUALITY.includes(node.operator as string)) {
      return [
        [node.left, node.right],
        [node.right, node.left],
      ].flatMap(([what, other]) => {
        const literal = stringOf(other);
        return literal === undefined ? [] : [{ at: node, what: what as Node, literal }];
      });
    }
    const literal = node.type === 'SwitchCase' ? stringOf(node.test) : undefined;
    return literal === undefined ? [] : [{ at: node, what: parents.at(-1)!.discriminant as Node, literal }];
  });
}

/** Where a name chooses instead of asking: `{ policy: 'none' }`, and the file in which an ordering point stands. */
const CHOOSING_KEYS = ['arch', 'policy', 'protocol', 'where'];

/** A literal that is a known name, except where it only chooses: as such a property, or as a default. A union of words
 *  may contain the same word. */
function isNamedValue(node: Node, parents: readonly Node[], known: readonly string[]): boolean {
  if (node.type !== 'Literal' || typeof node.value !== 'string' || !known.includes(node.value)) return false;
  const parent = parents.at(-1);
  switch (parent?.type) {
    case 'TSLiteralType':
      return false;
    case 'Property':
      return !CHOOSING_KEYS.includes(nameOf(parent.key) ?? '');
    case 'LogicalExpression':
      return !(parent.operator === '??' && parent.right === node);
    case 'AssignmentPattern':
      return parent.right !== node;
    default:
      return true;
  }
}

/** An entry is found by its file name and shown by its own: they are the same. */
export function catalogueViolations(texts: SourceTexts): string[] {
  return parseFiles(texts).flatMap((file) => {
    const directory = `${posix.dirname(file.path)}/`;
    if (!isCatalogue(directory) || NOT_ENTRIES.includes(file.path)) return [];
    const exported = CATALOGUES[directory];
    const name = exportedName(file, exported);
    if (name === undefined) return [`${file.path} exports no '${exported}' with a literal name`];
    return name === posix.basename(file.path, '.ts') ? [] : [`${file.path} exports ${exported} '${name}'`];
  });
}

function isCatalogue(directory: string): directory is keyof typeof CATALOGUES {
  return directory in CATALOGUES;
}

function exportedName(file: SourceFile, exported: string): string | undefined {
  const declared = file.nodes.find(
    ({ node, parents }) =>
      node.type === 'VariableDeclarator' &&
      nameOf(node.id) === exported &&
      parents.at(-2)?.type === 'ExportNamedDeclaration',
  );
  const properties = file.nodes.filter(
    ({ node, parents }) =>
      node.type === 'Property' &&
      nameOf(node.key) === 'name' &&
      declared !== undefined &&
      parents.includes(declared.node),
  );
  /* The outermost one is the entry's own. */
  const outermost = Math.min(...properties.map(({ parents }) => parents.length));
  return stringOf(properties.find(({ parents }) => parents.length === outermost)?.node.value);
}

const JUNK_DRAWERS = ['util', 'utils', 'helper', 'helpers', 'type', 'types', 'common', 'misc', 'index'];

export function fileNameViolations(texts: SourceTexts): string[] {
  return Object.keys(texts)
    .filter((path) => path !== 'src/index.ts')
    .filter((path) => JUNK_DRAWERS.includes(posix.basename(path).split('.')[0]!.toLowerCase()))
    .map((path) => `${path}: a name that says nothing about what is inside`);
}

/** Programs that read a default export of a file of ours. */
const READ_BY_DEFAULT = ['test/vitest.config.ts'];

export function defaultExportViolations(texts: SourceTexts): string[] {
  const files = parseFiles(texts).filter(({ path }) => !READ_BY_DEFAULT.includes(path));
  return files.flatMap((file) =>
    file.nodes
      .filter(
        ({ node }) =>
          node.type === 'ExportDefaultDeclaration' ||
          (node.type === 'ExportSpecifier' && isNode(node.exported) && exportedAs(node) === 'default'),
      )
      .map(({ node }) => `${lineOf(file, node)} exports a default`),
  );
}

function exportedAs(specifier: Node): string | undefined {
  return nameOf(specifier.exported) ?? stringOf(specifier.exported);
}

export function headerViolations(texts: SourceTexts): string[] {
  return Object.entries(texts)
    .filter(([path]) => path.startsWith('src/'))
    .filter(([, text]) => !/^(#!.*\n)?\/\*\*\s+\S[\s\S]*?\*\//.test(text))
    .map(([path]) => `${path} does not open with what it is for`);
}

const TOP_LEVEL = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'src',
  'workers',
  'wasm',
  'bench',
  'test',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** @param paths of everything that is, or will be, under version control. */
export function topLevelViolations(paths: readonly string[]): string[] {
  const entries = new Set(paths.map((path) => path.split('/')[0]!));
  return [...entries].filter((entry) => !entry.startsWith('.') && !TOP_LEVEL.includes(entry));
}
