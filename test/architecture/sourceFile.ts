/** A source file as the architecture rules see it: its syntax tree, what it imports, and which names it uses.
 *
 *  The parser is the test runner's own; the `typescript` package has no API any more. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** Path from the repository root, with forward slashes, to text. */
export type SourceTexts = Readonly<Record<string, string>>;

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface Import {
  /** Undefined where it is computed. */
  readonly specifier: string | undefined;
  /** The file it names, for a relative specifier. */
  readonly file: string | undefined;
  /** Erased by the compiler: nothing is loaded. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Visit[];
  readonly imports: readonly Import[];
}

/** A node and the way to it, the innermost parent last. */
export interface Visit {
  readonly node: Node;
  readonly parents: readonly Node[];
}

const parsed = new WeakMap<SourceTexts, readonly SourceFile[]>();

/** Every rule looks at the same texts, so they are parsed once. */
export function parseFiles(texts: SourceTexts): readonly SourceFile[] {
  const files = parsed.get(texts) ?? Object.entries(texts).map(([path, text]) => parseFile(path, text));
  parsed.set(texts, files);
  return files;
}

function parseFile(path: string, text: string): SourceFile {
  const program = parseAst(text, { lang: 'ts', sourceType: 'module' }, path) as unknown as Node;
  const nodes = [...walk(program, [])];
  const imports = nodes.flatMap(({ node }) => importOf(path, node) ?? []);
  return { path, text, nodes, imports };
}

function* walk(node: Node, parents: readonly Node[]): Generator<Visit> {
  yield { node, parents };
  const inside = [...parents, node];
  for (const field of Object.values(node)) {
    for (const child of Array.isArray(field) ? field : [field]) {
      if (isNode(child)) yield* walk(child, inside);
    }
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function importOf(path: string, node: Node): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return toImport(path, node.source, node.importKind);
    case 'ExportAllDeclaration':
      return toImport(path, node.source, node.exportKind);
    case 'ExportNamedDeclaration':
      return isNode(node.source) ? toImport(path, node.source, node.exportKind) : undefined;
    case 'ImportExpression':
      return toImport(path, node.source, 'value');
    case 'TSImportType':
      return toImport(path, node.source, 'type');
    case 'TSExternalModuleReference':
      return toImport(path, node.expression, 'value');
    default:
      return undefined;
  }
}

function toImport(path: string, source: unknown, kind: unknown): Import {
  const specifier = stringOf(source);
  const file = specifier?.startsWith('.')
    ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
    : undefined;
  return { specifier, file, typeOnly: kind === 'type' };
}

/** The value of a string literal or of a template without holes. */
export function stringOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
}

export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' ? (node.name as string) : undefined;
}

/** The name in `object.name` or `object['name']`. */
export function memberOf(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'MemberExpression') return undefined;
  return node.computed === true ? stringOf(node.property) : nameOf(node.property);
}

export function lineOf(file: SourceFile, node: Node): string {
  return `${file.path}:${file.text.slice(0, node.start).split('\n').length}`;
}

/** `node:fs`, `fs` and `fs/promises`, of Node itself. */
export function isNodeApi(specifier: string | undefined): boolean {
  return specifier !== undefined && (specifier.startsWith('node:') || builtinModules.includes(specifier));
}

/** The package of a specifier: `@scope/name/file` is of `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Uses of names that the file does not declare: what it takes from the global scope. */
export function globalsUsed(file: SourceFile): Visit[] {
  const declared = declaredIn(file);
  return file.nodes.filter(({ node, parents }) => {
    const name = nameOf(node);
    if (name === undefined || declared.has(name)) return false;
    const parent = parents.at(-1);
    const isPropertyName =
      (parent?.type === 'MemberExpression' && parent.property === node && parent.computed !== true) ||
      (KEYED.has(parent?.type ?? '') && parent?.key === node && parent.computed !== true) ||
      (parent?.type === 'TSQualifiedName' && parent.right === node) ||
      parent?.type === 'ImportSpecifier' ||
      parent?.type === 'ExportSpecifier';
    return !isPropertyName;
  });
}

const KEYED = new Set([
  'Property',
  'MethodDefinition',
  'PropertyDefinition',
  'TSPropertySignature',
  'TSMethodSignature',
]);
const PATTERNS = new Set(['ObjectPattern', 'ArrayPattern', 'AssignmentPattern', 'RestElement', 'Property']);

/** Every name the file binds anywhere; scopes are not told apart. */
function declaredIn(file: SourceFile): Set<string> {
  const names = new Set<string>();
  const bind = (pattern: unknown): void => {
    const name = nameOf(pattern);
    if (name !== undefined) names.add(name);
    if (!isNode(pattern) || !PATTERNS.has(pattern.type)) return;
    const parts = [
      pattern.properties,
      pattern.elements,
      pattern.left,
      pattern.argument,
      pattern.value,
    ] as unknown[];
    parts.flat().forEach(bind);
  };
  for (const { node } of file.nodes) {
    if (node.type === 'ImportDeclaration') {
      for (const specifier of node.specifiers as readonly Node[]) bind(specifier.local);
    } else {
      bind(node.type === 'CatchClause' ? node.param : node.id);
      const params = node.params;
      if (Array.isArray(params)) params.forEach(bind);
    }
  }
  return names;
}
