/** Modules in plain code, as text: evaluated without reading or translating anything.
 *
 *  Limit: what a text imports has to be there already. */

/** Plain data, so that it crosses to another thread as it is. */
export interface ModuleText {
  /** Below src, with the ending of the built file. */
  readonly path: string;
  /** See `evaluate`: it returns what the module exports. */
  readonly body: string;
}

export type Exports = Readonly<Record<string, unknown>>;

/** What a module exports that this one imports. */
export type Imported = (specifier: string) => Exports;

/** @param texts each behind those that it imports.
 *  @returns what the module at a path exports. */
export function evaluateModules(texts: readonly ModuleText[]): (path: string) => Exports {
  const modules = new Map<string, Exports>();
  for (const { path, body } of texts) {
    const imported: Imported = (specifier) => modules.get(resolveModule(path, specifier))!;
    modules.set(path, evaluate(body, imported) as Exports);
  }
  return (path) => modules.get(path)!;
}

/** @returns what the text returns. */
export function evaluate(body: string, imported: Imported): unknown {
  return new Function('imported', `'use strict';\n${body}`)(imported);
}

/** The path of what the module at a path imports. */
export function resolveModule(from: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    throw new Error(`the kernel imports ${specifier}, which is no file of its own`);
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
