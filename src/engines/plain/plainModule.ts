/** Modules of the built kernel as plain code: one by itself, or all of them as one text, in which what is called often is
 *  written out where it is called.
 *
 *  In the one text every name of a module has the number of the module behind it, so that it means the same wherever a
 *  routine is written out. Modules in which nothing runs on a cpu are no part of it: they are taken as they are.
 *  Limit: exports are declarations of what stays as it is, imports are names; modules do not import each other in a
 *  circle. */

import { KernelRoutine, RoutineBook } from './kernelRoutine.js';
import type { Exports } from './moduleText.js';
import { CPU, type KnownMachine, refusal, Translation } from './plainText.js';
import { Scope, UNKNOWN } from './scope.js';
import {
  type AnyNode,
  contains,
  declaredBy,
  type FunctionNode,
  isNode,
  type Program,
  parseModule,
} from './syntaxTree.js';

export interface PlainModule {
  readonly body: string;
  readonly exported: readonly string[];
}

/** A built module, and what it exports where it has been evaluated already. */
export interface BuiltModule {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly exports: Exports;
}

/** @param imported the exports of a module that this one imports. */
export function plainModule(
  { text, parts }: Omit<BuiltModule, 'exports'>,
  machine: KnownMachine,
  imported: (specifier: string) => Exports,
): PlainModule {
  const scope = new Scope();
  const translation = new Translation(text, machine, new RoutineBook(0));
  const body: string[] = [];
  const exported: string[] = [];
  for (const part of parts) {
    if ('from' in part) {
      const { name, from, property } = part;
      scope.set(name, { value: imported(from)[property], text: name });
      body.push(`const ${name} = imported('${from}').${property};`);
    } else {
      exported.push(...part.exported);
      body.push(translation.ofDeclaration(part.node, scope));
    }
  }
  return { body: body.join('\n'), exported };
}

/** How the program finds its modules. */
export interface BuiltModules {
  readonly module: (path: string) => BuiltModule;
  /** @returns the path of what a module imports. */
  readonly resolve: (from: string, specifier: string) => string;
}

/** @param wanted what is asked for: exports, each with the path of its module.
 *  @param longest text that is written out in the place of a call.
 *  @returns the text, and what each of those asked for is called in it. */
export function plainProgram(
  wanted: readonly (readonly [path: string, name: string])[],
  machine: KnownMachine,
  built: BuiltModules,
  longest: number,
): { readonly body: string; readonly names: readonly string[] } {
  const routines = new RoutineBook(longest);
  const program = new ProgramText(machine, built, routines);
  const names = wanted.map(([path, name]) => {
    const own = program.add(path).get(name)!;
    routines.named(built.module(path).exports[name]);
    return own;
  });
  return { body: [...program.parts, ...routines.texts()].join('\n'), names };
}

class ProgramText {
  /** All that has to be there before a routine runs. */
  readonly parts: string[] = [];
  readonly #exported = new Map<string, ReadonlyMap<string, string>>();
  readonly #machine: KnownMachine;
  readonly #built: BuiltModules;
  readonly #routines: RoutineBook;
  readonly #areAsTheyAre = new Map<string, boolean>();

  constructor(machine: KnownMachine, built: BuiltModules, routines: RoutineBook) {
    this.#machine = machine;
    this.#built = built;
    this.#routines = routines;
  }

  add(path: string): ReadonlyMap<string, string> {
    const before = this.#exported.get(path);
    if (before) return before;
    const { text, parts, exports } = this.#built.module(path);
    const exported = new Map<string, string>();
    const imports = parts.filter((part) => 'from' in part);
    const declarations = parts.filter((part) => 'node' in part);
    const scope = new Scope();
    for (const { name, from, property } of imports) {
      const imported = this.#built.resolve(path, from);
      const value = this.#built.module(imported).exports[property];
      scope.set(name, { value, text: this.#nameOf(imported, property) });
    }
    // Those it imports are there by now.
    const number = this.#exported.size;
    this.#exported.set(path, exported);
    const translation = new Translation(text, this.#machine, this.#routines);
    for (const { node, exported: names } of declarations) {
      for (const name of /Declaration$/.test(node.type) ? declaredBy(node) : []) {
        const own = `${name}$${number}_`;
        const value = names.includes(name)
          ? exports[name]
          : node.type === 'FunctionDeclaration'
            ? node
            : UNKNOWN;
        scope.set(name, { value, text: own, declaredAs: own });
        if (names.includes(name)) exported.set(name, own);
      }
    }
    for (const { node } of declarations) {
      for (const [value, routine] of routinesIn(node, scope)) {
        this.#routines.add(value, new KernelRoutine(routine, translation, scope));
      }
    }
    // Routines come when somebody calls them.
    for (const { node } of declarations) {
      if (!isRoutine(node)) this.parts.push(translation.ofDeclaration(node, scope));
    }
    return exported;
  }

  #nameOf(path: string, property: string): string {
    if (!this.#isAsItIs(path)) return this.add(path).get(property)!;
    const name = `${property}$${path.replace(/\W/g, '_')}`;
    const taken = `const ${name} = imported('${path}').${property};`;
    if (!this.parts.includes(taken)) this.parts.push(taken);
    return name;
  }

  /** Does nothing of it run on a cpu? */
  #isAsItIs(path: string): boolean {
    let is = this.#areAsTheyAre.get(path);
    if (is === undefined) {
      is = this.#built
        .module(path)
        .parts.every((part) =>
          'from' in part
            ? this.#isAsItIs(this.#built.resolve(path, part.from))
            : !contains(part.node, isRoutine),
        );
      this.#areAsTheyAre.set(path, is);
    }
    return is;
  }
}

/* ---- what a module consists of ---- */

export type Part =
  | { readonly name: string; readonly from: string; readonly property: string }
  | { readonly node: AnyNode; readonly exported: readonly string[] };

export function partsOf(text: string): Part[] {
  const program: Program = parseModule(text);
  return (program.body as AnyNode[]).flatMap((node): Part[] => {
    if (node.type === 'ImportDeclaration') {
      return node.specifiers.map((one) => {
        if (one.type !== 'ImportSpecifier' || one.imported.type !== 'Identifier') throw refusal(text, node);
        return { name: one.local.name, from: String(node.source.value), property: one.imported.name };
      });
    }
    if (node.type === 'ExportNamedDeclaration') {
      const { declaration, specifiers } = node;
      // What is known of an export is its value, which must stay.
      const mayChange = declaration?.type === 'VariableDeclaration' && declaration.kind !== 'const';
      if (specifiers.length > 0 || mayChange) throw refusal(text, node);
      return declaration ? [{ node: declaration, exported: declaredBy(declaration) }] : [];
    }
    if (node.type.startsWith('Export')) throw refusal(text, node);
    return [{ node, exported: [] }];
  });
}

function isRoutine(node: AnyNode): node is AnyNode & FunctionNode {
  if (node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression') return false;
  const [first] = node.params;
  return first?.type === 'Identifier' && first.name === CPU;
}

/** The routines that a declaration declares, each with what its name stands for: a function, or the hooks of a policy. */
function routinesIn(declaration: AnyNode, scope: Scope): [value: unknown, routine: FunctionNode][] {
  if (isRoutine(declaration)) return [[scope.get(declaration.id!.name)!.value, declaration]];
  if (declaration.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init }) => {
    const value = id.type === 'Identifier' ? scope.known(id.name)?.value : undefined;
    if (init?.type !== 'ObjectExpression' || typeof value !== 'object' || value === null) return [];
    return init.properties.flatMap((one): [unknown, FunctionNode][] => {
      if (one.type !== 'Property' || one.key.type !== 'Identifier') return [];
      // By name it may also be a function of this module that is not exported.
      const named = one.value.type === 'Identifier' ? scope.known(one.value.name)?.value : one.value;
      const isOwn = isNode(named) && isRoutine(named);
      return isOwn ? [[(value as Record<string, unknown>)[one.key.name], named]] : [];
    });
  });
}
