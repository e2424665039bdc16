/** The built modules of the kernel as plain code, for the cpus of one engine: each is read, translated and evaluated when
 *  somebody asks for it, after those that it imports.
 *
 *  It reads the built JavaScript: see plainText.ts.
 *  Limit: that takes some tenths of a second. Another thread is better given the texts (moduleText.ts). */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../jit/packageFile.js';
import { type Exports, evaluate, type Imported, type ModuleText, resolveModule } from './moduleText.js';
import { type BuiltModule, partsOf, plainModule } from './plainModule.js';
import type { KnownMachine } from './plainText.js';
import { withoutComments } from './syntaxTree.js';

const BUILT = 'dist/src/';

interface TranslatedModule extends BuiltModule {
  readonly body: string;
}

export class PlainModules {
  readonly #machine: KnownMachine;
  readonly #modules = new Map<string, TranslatedModule>();

  /** @param machine what is known of any cpu that the code will run on. */
  constructor(machine: KnownMachine) {
    this.#machine = machine;
  }

  module(path: string): BuiltModule {
    return this.#translated(path);
  }

  /** These modules and whatever they import, each of them behind what it imports itself. */
  texts(paths: readonly string[]): ModuleText[] {
    const bodies = new Map<string, string>();
    const add = (path: string): void => {
      if (bodies.has(path)) return;
      const { parts, body } = this.#translated(path);
      for (const part of parts) if ('from' in part) add(resolveModule(path, part.from));
      bodies.set(path, body);
    };
    paths.forEach(add);
    return [...bodies].map(([path, body]) => ({ path, body }));
  }

  #translated(path: string): TranslatedModule {
    let module = this.#modules.get(path);
    if (!module) {
      // How long a text is decides something, and a comment should not.
      const text = withoutComments(readFileSync(packageFile(BUILT + path), 'utf8'));
      const imported: Imported = (specifier) => this.module(resolveModule(path, specifier)).exports;
      const parts = partsOf(text);
      const { body: declarations, exported } = plainModule({ text, parts }, this.#machine, imported);
      const body = `${declarations}\nreturn { ${exported.join(', ')} };`;
      module = { text, parts, body, exports: evaluate(body, imported) as Exports };
      this.#modules.set(path, module);
    }
    return module;
  }
}
