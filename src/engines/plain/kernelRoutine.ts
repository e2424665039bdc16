/** The routines of the kernel as the text for one machine sees them: which of them may be written out where they are called,
 *  and which the text calls by name and so must contain.
 *
 *  V8 puts functions into each other by itself, but only up to a size that the kernel is far beyond; it compiles the
 *  text of a turn well where what is called often stands in it already.
 *  Limit: the length of the text decides, not how often a routine is called. */
import type { Translation } from './plainText.js';
import type { Scope } from './scope.js';
import { returnedExpression } from './singleExpression.js';
import { type AnyNode, assignedIn, contains, type FunctionNode } from './syntaxTree.js';

/** A function of the kernel that may be written out where it is called. */
export class KernelRoutine {
  readonly node: FunctionNode;
  /** Of the module that it stands in. */
  readonly translation: Translation;
  readonly scope: Scope;
  /** Parameters that it gives another value. */
  readonly assigned: readonly string[];
  /** Does its block mean the same wherever it stands? */
  readonly canMove: boolean;
  /** Where it takes the cpu and nothing else, and all that it does is to return something: that. */
  readonly expression: AnyNode | undefined;

  constructor(node: FunctionNode, translation: Translation, scope: Scope) {
    this.node = node;
    this.translation = translation;
    this.scope = scope;
    this.assigned = assignedIn(node.body);
    this.canMove =
      node.params.every((one) => one.type === 'Identifier') &&
      !contains(
        node.body,
        (one) =>
          one.type === 'ThisExpression' ||
          one.type === 'TryStatement' ||
          one.type === 'LabeledStatement' ||
          one.type === 'FunctionDeclaration' ||
          (one.type === 'VariableDeclaration' && one.kind === 'var'),
      );
    this.expression = node.params.length === 1 ? returnedExpression(node) : undefined;
  }
}

/** What the modules of one text have in common: the routines that it is made of. */
export class RoutineBook {
  /** Longest text that is written out in the place of a call. */
  readonly #longest: number;
  readonly #byValue = new Map<unknown, KernelRoutine>();
  readonly #tooLong = new Set<KernelRoutine>();
  /** Those that the text calls by name, and that are not in it yet. */
  readonly #wanted = new Set<KernelRoutine>();
  readonly #written = new Set<KernelRoutine>();
  #names = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** @param value the function that the name of the routine stands for. */
  add(value: unknown, routine: KernelRoutine): void {
    this.#byValue.set(value, routine);
  }

  /** The routine, where it may be written out. */
  find(value: unknown): KernelRoutine | undefined {
    const routine = this.#byValue.get(value);
    return routine?.canMove && !this.#tooLong.has(routine) ? routine : undefined;
  }

  /** @returns undefined where the text is too long: then it is a call, here and elsewhere. */
  unlessTooLong(routine: KernelRoutine, text: string): string | undefined {
    if (text.length <= this.#longest) return text;
    this.#tooLong.add(routine);
    return undefined;
  }

  /** The text has the name of this, which may be a routine. */
  named(value: unknown): void {
    const routine = this.#byValue.get(value);
    if (routine && !this.#written.has(routine)) this.#wanted.add(routine);
  }

  /** The routines that are called by name, from those named so far on. */
  *texts(): Generator<string> {
    for (const routine of this.#wanted) {
      this.#written.add(routine);
      this.#wanted.delete(routine);
      yield routine.translation.of(routine.node, routine.scope);
    }
  }

  /** A name that nobody has. */
  fresh(name: string): string {
    return `${name}$${++this.#names}`;
  }
}
