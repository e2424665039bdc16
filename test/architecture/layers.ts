/** Who may import whom. A rule takes the texts of files and gives one line per violation. */

import type { SourceFile, SourceTexts } from './sourceFile.js';
import { globalsUsed, type Import, isNodeApi, lineOf, nameOf, packageOf, parseFiles } from './sourceFile.js';

/** Each imports itself and those before it. */
const LAYERS = [
  'base',
  'trace',
  'hw',
  'kernel',
  'policies',
  'jit',
  'scenarios',
  'engines',
  'explore',
  'oracle',
  'report',
  'cli',
] as const;

type Layer = (typeof LAYERS)[number];

/** They can run in a browser. */
const WITHOUT_NODE: readonly Layer[] = [
  'base',
  'trace',
  'hw',
  'kernel',
  'policies',
  'scenarios',
  'explore',
  'oracle',
];

const NODE_GLOBALS = [
  'process',
  'Buffer',
  'require',
  '__dirname',
  '__filename',
  'global',
  'setImmediate',
  'clearImmediate',
  'NodeJS',
];

/** External packages that stand behind one file, or one directory. */
const WRAPPED: Readonly<Record<string, string>> = {
  binaryen: 'src/jit/fetchUnit.ts',
  wabt: 'src/jit/wabt.ts',
  piscina: 'src/engines/workerPool.ts',
  commander: 'src/cli/',
  acorn: 'src/engines/plain/syntaxTree.ts',
};
/** The same, wherever that one file is. */
const WRAPPED_ONCE = ['koffi'];

/** The only file that imports by a computed name: from the directories that hold the catalogue. */
const COMPUTED_IMPORTS = 'src/engines/catalogue.ts';

const PUBLIC_INTERFACE = 'src/index.ts';

function layerOf(path: string): Layer | undefined {
  const name = /^src\/([^/]+)\//.exec(path)?.[1];
  return LAYERS.find((layer) => layer === name);
}

export function layerViolations(texts: SourceTexts): string[] {
  return parseFiles(texts).flatMap((file) => {
    if (!file.path.startsWith('src/')) return outsideViolations(file);
    const layer = layerOf(file.path);
    if (file.path === PUBLIC_INTERFACE) return leavesSrc(file);
    if (!layer) return [`${file.path}: belongs to no layer`];
    return file.imports.flatMap((imported) => {
      const why = imported.file === undefined ? undefined : refusal(layer, imported.file);
      return why === undefined ? [] : [`${file.path} imports ${imported.file}: ${why}`];
    });
  });
}

function refusal(from: Layer, path: string): string | undefined {
  const to = layerOf(path);
  if (to === undefined) return 'it is in no layer';
  if (to === from) return undefined;
  if (from === 'oracle') {
    return to === 'base' || to === 'trace' ? undefined : 'the oracle knows events and nothing else';
  }
  if (from === 'engines') {
    return to === 'cli' || to === 'report' ? 'engines know nothing of how results are shown' : undefined;
  }
  return LAYERS.indexOf(to) < LAYERS.indexOf(from) ? undefined : `${to} comes after ${from}`;
}

function leavesSrc(file: SourceFile): string[] {
  return file.imports
    .filter((imported) => imported.file !== undefined && !imported.file.startsWith('src/'))
    .map((imported) => `${file.path} imports ${imported.file}: it is outside src`);
}

/** workers and bench stand on src, test on everything. */
function outsideViolations(file: SourceFile): string[] {
  const top = file.path.split('/')[0];
  if (top === 'test') return [];
  return file.imports
    .filter(({ file: path }) => path !== undefined && !path.startsWith('src/') && path.split('/')[0] !== top)
    .map((imported) => `${file.path} imports ${imported.file}: ${top} stands on src only`);
}

export function nodeApiViolations(texts: SourceTexts): string[] {
  return parseFiles(texts)
    .filter((file) => WITHOUT_NODE.some((layer) => layer === layerOf(file.path)))
    .flatMap((file) => [
      ...file.imports
        .filter((imported) => isNodeApi(imported.specifier))
        .map((imported) => `${file.path} imports ${imported.specifier}`),
      ...globalsUsed(file)
        .filter(({ node }) => NODE_GLOBALS.includes(nameOf(node)!))
        .map(({ node }) => `${lineOf(file, node)} uses ${nameOf(node)}`),
    ]);
}

/** The same through other files: what a file of these layers loads must run in a browser too. */
export function reachedNodeApiViolations(texts: SourceTexts): string[] {
  const files = new Map(parseFiles(texts).map((file) => [file.path, file]));
  const loads = (file: SourceFile): Import[] => file.imports.filter((imported) => !imported.typeOnly);
  const find = (path: readonly string[], seen: Set<string>): string[] => {
    const file = files.get(path.at(-1)!);
    if (!file || seen.has(file.path)) return [];
    seen.add(file.path);
    const api = loads(file).find((imported) => isNodeApi(imported.specifier));
    if (api) return [`${path.join(' -> ')} -> ${api.specifier}`];
    return loads(file).flatMap((imported) =>
      imported.file === undefined ? [] : find([...path, imported.file], seen),
    );
  };
  return [...files.keys()]
    .filter((path) => WITHOUT_NODE.some((layer) => layer === layerOf(path)))
    .flatMap((path) => find([path], new Set()));
}

export function wrapperViolations(texts: SourceTexts): string[] {
  const files = parseFiles(texts).filter((file) => !file.path.startsWith('test/'));
  const importers = (name: string): string[] =>
    files
      .filter((file) => file.imports.some(({ specifier }) => specifier && packageOf(specifier) === name))
      .map((file) => file.path);
  return [
    ...Object.entries(WRAPPED).flatMap(([name, place]) =>
      importers(name)
        .filter((path) => (place.endsWith('/') ? !path.startsWith(place) : path !== place))
        .map((path) => `${path} imports ${name}, which belongs to ${place}`),
    ),
    ...WRAPPED_ONCE.flatMap((name) =>
      importers(name)
        .slice(1)
        .map((path) => `${path} imports ${name}, which ${importers(name)[0]} imports already`),
    ),
  ];
}

export function computedImportViolations(texts: SourceTexts): string[] {
  return parseFiles(texts)
    .filter((file) => file.path !== COMPUTED_IMPORTS && !file.path.startsWith('test/'))
    .filter((file) => file.imports.some((imported) => imported.specifier === undefined))
    .map((file) => `${file.path} imports by a computed name: the other rules cannot see what`);
}

/** Cycles of what is loaded; types may refer to each other. */
export function cycleViolations(texts: SourceTexts): string[] {
  const files = new Map(parseFiles(texts).map((file) => [file.path, file]));
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) cycles.push([...way.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const imported of files.get(path)?.imports ?? []) {
      if (!imported.typeOnly && imported.file !== undefined) visit(imported.file, [...way, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return cycles;
}
