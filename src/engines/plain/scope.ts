/** What names stand for at a place of the kernel's text, and where `return` goes there. */
import type { FunctionNode } from './syntaxTree.js';

/** What a name stands for, and the text that says so. */
export interface Meaning {
  readonly value: unknown;
  readonly text: string;
  /** What it is declared as in the text, where that is another name. */
  readonly declaredAs?: string;
}

/** Text only: a value that is not known before the machine runs. */
export const UNKNOWN = Symbol('unknown');

/** Where a routine goes that is written out in the place of its call: behind the block of this label. */
export interface Exit {
  readonly label: string;
  /** The variable that takes what it returns; undefined where nobody asks. */
  readonly result: string | undefined;
}

/** The function that the text becomes part of. */
export interface Surroundings {
  /** Undefined where `return` is that of the function itself. */
  readonly exit: Exit | undefined;
  /** The routines that are being written out here, the outermost first. */
  readonly within: readonly FunctionNode[];
}

const FUNCTION: Surroundings = { exit: undefined, within: [] };

export class Scope {
  readonly surroundings: Surroundings;
  readonly #names: Map<string, Meaning>;

  constructor(names: Iterable<readonly [string, Meaning]> = [], surroundings: Surroundings = FUNCTION) {
    this.#names = new Map(names);
    this.surroundings = surroundings;
  }

  get(name: string): Meaning | undefined {
    return this.#names.get(name);
  }

  /** The same, unless nothing but a text is known. */
  known(name: string): Meaning | undefined {
    const meaning = this.#names.get(name);
    return meaning && meaning.value !== UNKNOWN ? meaning : undefined;
  }

  set(name: string, meaning: Meaning): void {
    this.#names.set(name, meaning);
  }

  /** From here on the name stands for itself. */
  hide(name: string): void {
    this.#names.delete(name);
  }

  inner(surroundings: Surroundings = this.surroundings): Scope {
    return new Scope(this.#names, surroundings);
  }
}

/** A value as text, where it can be written. */
export function literalOf(value: unknown): string | undefined {
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  return undefined;
}

export function textOf(meaning: Meaning | undefined): string | undefined {
  return meaning && (literalOf(meaning.value) ?? meaning.text);
}

export function propertyOf({ value, text }: Meaning, name: string): Meaning | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  // What an object of plain data does not have is undefined; another may have it from elsewhere.
  if (!Object.hasOwn(value, name) && Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  return { value: (value as Record<string, unknown>)[name], text: `${text}.${name}` };
}
