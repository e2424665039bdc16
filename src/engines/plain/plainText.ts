/** Translates the text of the built kernel into plain code for one machine: generators become functions, each `yield`
 *  performs its access on the spot, and what is known of the machine (addresses, configuration) stands there as a number.
 *
 *  It takes what it puts in from where it is written: a table accessor is tried out and becomes the sum that it
 *  computes, a method of the cpu that is a single expression becomes that expression, a routine may be written out where
 *  it is called, and a branch that this machine cannot take is left out.
 *
 *      c.load(x), c.count('y')    the text that the machine has for it             #performed, #called
 *      c.current, c.get(x)        a method or getter that is one expression        #inlined
 *      owes(c)                    a routine that is one expression                 #single
 *      yield* schedule(c)         a routine as a block: in the place of the call,  #body
 *      const x = yield* f(c)      or before the statement that uses its result     #writtenOut
 *
 *  Limit: it knows the forms that the built kernel has (the cpu is the parameter `c`, names are imported one by one), and
 *  refuses others where it can tell; that it has understood them is what the tests compare. */
import { sumOf } from './accessorSum.js';
import type { KernelRoutine, RoutineBook } from './kernelRoutine.js';
import { type Choice, type Known, knownValue, truthOf } from './knownValue.js';
import {
  type Exit,
  literalOf,
  type Meaning,
  propertyOf,
  Scope,
  type Surroundings,
  textOf,
  UNKNOWN,
} from './scope.js';
import { methodText } from './singleExpression.js';
import { type AnyNode, bindingsOf, childrenOf, declaredBy, type FunctionNode } from './syntaxTree.js';

/** What is the same for every cpu of the machine, and never changes. */
export interface KnownMachine {
  /** Properties of a cpu. */
  readonly cpu: Readonly<Record<string, unknown>>;
  /** Where its methods are. */
  readonly prototype: object;
  /** How an access is performed at once; undefined where it has to be built, then done. `args` are texts. */
  readonly access: (method: string, args: readonly string[]) => PlainText | undefined;
  /** What stands for the call of a method, where it is not the method itself. */
  readonly call: (method: string, args: readonly string[]) => PlainText | undefined;
}

export interface PlainText {
  readonly expression: string;
  /** Where nobody asks for the result; the expression where left out. */
  readonly statement?: string;
}

/** The call of a routine that may be written out. */
interface RoutineCall {
  readonly routine: KernelRoutine;
  /** Behind the cpu. */
  readonly args: readonly AnyNode[];
}

/** A call that is written out: what stands before its use, and what stands for it there. */
interface WrittenOut {
  readonly before: string;
  readonly value: string;
}

/** The cpu in kernel code; and what each function keeps of it. */
export const CPU = 'c';
const KEPT: Readonly<Record<string, string>> = { words: '$words', id: '$id' };
const PROLOGUE = `const ${Object.entries(KEPT)
  .map(([property, name]) => `${name} = ${CPU}.${property}`)
  .join(', ')};`;

export function refusal(text: string, node: AnyNode): Error {
  return new Error(`not understood in the built kernel: ${text.slice(node.start, node.end)}`);
}

/** Of one module. */
export class Translation {
  readonly #text: string;
  readonly #machine: KnownMachine;
  readonly #routines: RoutineBook;

  constructor(text: string, machine: KnownMachine, routines: RoutineBook) {
    this.#text = text;
    this.#machine = machine;
    this.#routines = routines;
  }

  /** The text of a node, translated. */
  of(node: AnyNode, scope: Scope): string {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        return this.#function(node, scope);
      case 'ArrowFunctionExpression':
        if (node.params.some((one) => declaredBy(one).includes(CPU))) throw refusal(this.#text, node);
        return this.#children(node, this.#inside(node, scope));
      case 'BlockStatement':
        return this.#children(node, this.#block(node.body, scope));
      case 'ForStatement':
      case 'ForOfStatement': {
        const inside = this.#block(childrenOf(node), scope);
        // No statement can stand before a declaration in there.
        return this.#children(node, inside, (child) =>
          child.type === 'VariableDeclaration' ? this.ofDeclaration(child, inside) : this.of(child, inside),
        );
      }
      case 'SwitchStatement':
        return this.#switch(node, scope);
      case 'IfStatement':
        return this.#if(node, scope);
      case 'ReturnStatement':
        return this.#return(node, scope);
      case 'ExpressionStatement':
        return this.#statement(node, scope);
      case 'VariableDeclaration':
        return this.#variables(node, scope);
      case 'VariableDeclarator':
        return `${this.#pattern(node.id, scope)}${node.init ? ` = ${this.of(node.init, scope)}` : ''}`;
      case 'YieldExpression':
        return node.delegate
          ? this.of(node.argument!, scope)
          : this.#performed(node.argument!, scope).expression;
      case 'LogicalExpression':
      case 'ConditionalExpression':
        return this.#choice(node, scope);
      case 'Property':
        if (node.kind !== 'init') throw refusal(this.#text, node);
        // Written out, since either side may become something else.
        return `${this.#source(node.key)}${node.method ? '' : ': '}${this.of(node.value, scope)}`;
      case 'Identifier':
        this.#routines.named(scope.get(node.name)?.value);
        return textOf(scope.get(node.name)) ?? node.name;
      case 'MemberExpression':
        return textOf(this.#meaning(node, scope)) ?? this.#member(node, scope);
      case 'CallExpression':
        return this.#call(node, scope);
      default:
        return this.#children(node, scope);
    }
  }

  /** A declaration as a whole, whether it is asked for or not: of a module, or of a loop. */
  ofDeclaration(node: AnyNode, scope: Scope): string {
    return node.type === 'VariableDeclaration' ? this.#children(node, scope) : this.of(node, scope);
  }

  #source(node: AnyNode): string {
    return this.#text.slice(node.start, node.end);
  }

  #children(
    node: AnyNode,
    scope: Scope,
    translated: (child: AnyNode) => string = (child) => this.of(child, scope),
  ): string {
    let out = '';
    let at = node.start;
    for (const child of childrenOf(node)) {
      out += this.#text.slice(at, child.start) + translated(child);
      at = child.end;
    }
    return out + this.#text.slice(at, node.end);
  }

  /* ---- functions and names ---- */

  #function(node: AnyNode & FunctionNode, outer: Scope): string {
    const scope = this.#inside(node, outer);
    const body = this.of(node.body, scope).slice(1);
    const name = node.type === 'FunctionDeclaration' ? `function ${this.#pattern(node.id!, outer)}` : '';
    const parameters = node.params.map((one) => this.#source(one)).join(', ');
    return `${name}(${parameters}) {${scope.get(CPU) ? ` ${PROLOGUE}` : ''}${body}`;
  }

  #inside(node: AnyNode & FunctionNode, outer: Scope): Scope {
    const names = node.params.flatMap((param) => declaredBy(param));
    const scope = outer.inner({ ...outer.surroundings, exit: undefined });
    for (const name of names) scope.hide(name);
    if (names[0] === CPU) scope.set(CPU, { value: this.#machine.cpu, text: CPU });
    return scope;
  }

  /** The scope of a block, or of a loop with names of its own: what it declares means what is known, or hides what was
   *  called so outside. */
  #block(statements: readonly AnyNode[], outer: Scope): Scope {
    const scope = outer.inner();
    const isWrittenOut = scope.surroundings.within.length > 0;
    for (const statement of statements) {
      if (statement.type !== 'VariableDeclaration') continue;
      for (const { id, init } of statement.declarations) {
        const isKnown = statement.kind === 'const' && init && takesWhole(id);
        const meaning = isKnown ? this.#meaning(init, scope) : undefined;
        for (const [name, property] of bindingsOf(id)) {
          const own = meaning && (property === undefined ? meaning : propertyOf(meaning, property));
          if (own) scope.set(name, own);
          else if (isWrittenOut) {
            const declaredAs = this.#routines.fresh(name);
            scope.set(name, { value: UNKNOWN, text: declaredAs, declaredAs });
          } else scope.hide(name);
        }
      }
    }
    return scope;
  }

  #variables(node: AnyNode & { type: 'VariableDeclaration' }, scope: Scope): string {
    // Nobody asks for what is known by its name any more.
    if (declaredBy(node).every((name) => scope.known(name))) return '';
    const [only, ...others] = node.declarations;
    if (others.length === 0 && only?.init && only.id.type === 'Identifier') {
      const name = this.#pattern(only.id, scope);
      const written = this.#writtenOut(only.init, scope, name);
      if (written) return written.before;
    }
    return this.#children(node, scope);
  }

  #pattern(node: AnyNode, scope: Scope): string {
    switch (node.type) {
      case 'Identifier':
        return scope.get(node.name)?.declaredAs ?? node.name;
      case 'ObjectPattern':
        return `{ ${node.properties
          .map((one) => {
            if (one.type !== 'Property') throw refusal(this.#text, one);
            return `${this.#source(one.key)}: ${this.#pattern(one.value, scope)}`;
          })
          .join(', ')} }`;
      case 'ArrayPattern':
        return `[${node.elements.map((one) => (one ? this.#pattern(one, scope) : '')).join(', ')}]`;
      case 'AssignmentPattern':
        return `${this.#pattern(node.left, scope)} = ${this.of(node.right, scope)}`;
      default:
        throw refusal(this.#text, node);
    }
  }

  /* ---- statements ---- */

  #statement(node: AnyNode & { type: 'ExpressionStatement' }, scope: Scope): string {
    const { expression } = node;
    if (expression.type === 'YieldExpression' && !expression.delegate) {
      const performed = this.#performed(expression.argument!, scope);
      return performed.statement ?? `${performed.expression};`;
    }
    if (
      expression.type === 'AssignmentExpression' &&
      expression.operator === '=' &&
      isName(expression.left)
    ) {
      const written = this.#writtenOut(expression.right, scope);
      if (written) return `{ ${written.before} ${this.of(expression.left, scope)} = ${written.value}; }`;
    }
    const call = this.#routineOf(expression, scope);
    const body = call && this.#body(call, scope, undefined);
    return body ?? this.#called(expression, scope)?.statement ?? this.#children(node, scope);
  }

  #if(node: AnyNode & { type: 'IfStatement' }, scope: Scope): string {
    const truth = truthOf(this.#value(node.test, scope));
    if (truth !== undefined) {
      const taken = truth ? node.consequent : node.alternate;
      return taken ? this.of(taken, scope) : ';';
    }
    const isNot = node.test.type === 'UnaryExpression' && node.test.operator === '!';
    const asked = node.test.type === 'UnaryExpression' && isNot ? node.test.argument : node.test;
    const written = this.#writtenOut(asked, scope);
    if (!written) return this.#children(node, scope);
    const otherwise = node.alternate ? ` else ${this.of(node.alternate, scope)}` : '';
    const test = `${isNot ? '!' : ''}${written.value}`;
    return `{ ${written.before} if (${test}) ${this.of(node.consequent, scope)}${otherwise} }`;
  }

  #switch(node: AnyNode & { type: 'SwitchStatement' }, scope: Scope): string {
    const inside = this.#block(
      node.cases.flatMap((one) => one.consequent),
      scope,
    );
    const cases = node.cases.map((one) => this.#children(one, inside)).join('\n');
    const written = this.#writtenOut(node.discriminant, scope);
    if (written) return `{ ${written.before} switch (${written.value}) {\n${cases}\n} }`;
    return `switch (${this.of(node.discriminant, scope)}) {\n${cases}\n}`;
  }

  #return(node: AnyNode & { type: 'ReturnStatement' }, scope: Scope): string {
    const { exit } = scope.surroundings;
    const { argument } = node;
    const leave = exit ? `break ${exit.label};` : 'return;';
    const call = argument ? this.#routineOf(argument, scope) : undefined;
    // The last thing that is done here: it returns to where this one returns to.
    const body = call && this.#body(call, scope, scope.surroundings);
    if (body !== undefined) return `{ ${body} ${leave} }`;
    if (!exit) return this.#children(node, scope);
    if (!argument) return leave;
    const value = this.of(argument, scope);
    if (exit.result !== undefined) return `{ ${exit.result} = ${value}; ${leave} }`;
    return this.#value(argument, scope) ? leave : `{ ${value}; ${leave} }`;
  }

  /* ---- routines that are written out ---- */

  #routineOf(node: AnyNode, scope: Scope): RoutineCall | undefined {
    const call = node.type === 'YieldExpression' && node.delegate ? node.argument! : node;
    if (call.type !== 'CallExpression' || call.optional) return undefined;
    const routine = this.#routines.find(this.#meaning(call.callee, scope)?.value);
    if (!routine || scope.surroundings.within.includes(routine.node)) return undefined;
    const [cpu, ...args] = call.arguments;
    const fits = call.arguments.length === routine.node.params.length && cpu && this.#isCpu(cpu, scope);
    return fits && args.every((one) => one.type !== 'SpreadElement') ? { routine, args } : undefined;
  }

  /** A call whose result is asked for. @param result takes it; a variable of its own where left out. */
  #writtenOut(node: AnyNode, scope: Scope, result?: string): WrittenOut | undefined {
    const call = this.#routineOf(node, scope);
    if (!call) return undefined;
    const value = result ?? this.#routines.fresh('$result');
    const body = this.#body(call, scope, value);
    return body === undefined ? undefined : { before: `let ${value}; ${body}`, value };
  }

  /** A block that does what the call does. @param to where the result goes, or where `return` goes. */
  #body(
    { args, routine }: RoutineCall,
    scope: Scope,
    to: string | undefined | Surroundings,
  ): string | undefined {
    const { node } = routine;
    const within = [...scope.surroundings.within, node];
    const label = this.#routines.fresh(node.id?.name ?? 'hook');
    const exit: Exit | undefined = typeof to === 'object' ? to.exit : { label, result: to };
    const inside = routine.scope.inner({ exit, within });
    inside.set(CPU, { value: this.#machine.cpu, text: CPU });
    let before = '';
    args.forEach((arg, index) => {
      const parameter = declaredBy(node.params[index + 1]!)[0]!;
      const value = this.#value(arg, scope);
      if (value && literalOf(value.value) !== undefined && !routine.assigned.includes(parameter)) {
        inside.set(parameter, { value: value.value, text: '' });
        return;
      }
      const name = this.#routines.fresh(parameter);
      before += `let ${name} = ${this.of(arg, scope)}; `;
      inside.set(parameter, { value: UNKNOWN, text: name });
    });
    const body = routine.translation.of(node.body, inside);
    const text = typeof to === 'object' ? `{ ${before}${body} }` : `${label}: { ${before}${body} }`;
    return this.#routines.unlessTooLong(routine, text);
  }

  /* ---- expressions ---- */

  #member(node: AnyNode & { type: 'MemberExpression' }, scope: Scope): string {
    const { object, property } = node;
    if (node.computed || property.type !== 'Identifier') return this.#children(node, scope);
    if (!this.#isCpu(object, scope))
      return `${this.of(object, scope)}${node.optional ? '?.' : '.'}${property.name}`;
    return KEPT[property.name] ?? this.#inlined(property.name) ?? `${CPU}.${property.name}`;
  }

  #call(node: AnyNode & { type: 'CallExpression' }, scope: Scope): string {
    const { callee } = node;
    const args = node.arguments.map((one) => this.of(one, scope));
    const called = this.#meaning(callee, scope);
    if (typeof called?.value === 'function' && /^c\.(kernel|hw)\./.test(called.text)) {
      const sum = sumOf(called.value as (...indexes: number[]) => unknown, args);
      if (sum !== undefined) return sum;
    }
    const text = this.#called(node, scope)?.expression;
    if (text !== undefined) return text;
    if (callee.type === 'MemberExpression' && this.#isCpu(callee.object, scope)) {
      const inlined = this.#inlined(this.#source(callee.property), args);
      if (inlined !== undefined) return inlined;
    }
    const target = `${this.of(callee, scope)}${node.optional ? '?.' : ''}`;
    return this.#single(node, scope) ?? `${target}(${args.join(', ')})`;
  }

  /** A method of the cpu that the machine has a text for. */
  #called(node: AnyNode, scope: Scope): PlainText | undefined {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
    const { object, property } = node.callee;
    if (!this.#isCpu(object, scope)) return undefined;
    return this.#machine.call(
      this.#source(property),
      node.arguments.map((one) => this.of(one, scope)),
    );
  }

  /** A routine that takes the cpu and is a single expression can stand anywhere. */
  #single(node: AnyNode, scope: Scope): string | undefined {
    const routine = this.#routineOf(node, scope)?.routine;
    if (!routine?.expression) return undefined;
    const within = [...scope.surroundings.within, routine.node];
    const inside = routine.scope.inner({ exit: undefined, within });
    inside.set(CPU, { value: this.#machine.cpu, text: CPU });
    return `(${routine.translation.of(routine.expression, inside)})`;
  }

  /** What is known of one side may decide, or leave the other. */
  #choice(node: AnyNode & Choice, scope: Scope): string {
    const asked = node.type === 'LogicalExpression' ? node.left : node.test;
    const value = this.#value(asked, scope);
    if (!value || (node.type === 'LogicalExpression' && node.operator === '??'))
      return this.#children(node, scope);
    const isTrue = truthOf(value)!;
    if (node.type === 'ConditionalExpression') {
      return `(${this.of(isTrue ? node.consequent : node.alternate, scope)})`;
    }
    return `(${this.of(isTrue === (node.operator === '&&') ? node.right : node.left, scope)})`;
  }

  /** `c.load(x)` is performed at once; what has no such text is built, then done. */
  #performed(access: AnyNode, scope: Scope): PlainText {
    if (access.type === 'CallExpression' && access.callee.type === 'MemberExpression') {
      const { object, property } = access.callee;
      const args = access.arguments.map((one) => this.of(one, scope));
      if (this.#isCpu(object, scope)) {
        const performed = this.#machine.access(this.#source(property), args);
        if (performed) return performed;
      }
    }
    return { expression: `${CPU}.do(${this.of(access, scope)})` };
  }

  #isCpu(node: AnyNode, scope: Scope): boolean {
    return node.type === 'Identifier' && scope.get(node.name)?.value === this.#machine.cpu;
  }

  #meaning(node: AnyNode, scope: Scope): Meaning | undefined {
    if (node.type === 'Identifier') return scope.known(node.name);
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
      return undefined;
    const object = this.#meaning(node.object, scope);
    const { name } = node.property;
    // A cpu has more than what all cpus have in common.
    if (!object || (object.value === this.#machine.cpu && !Object.hasOwn(this.#machine.cpu, name)))
      return undefined;
    return propertyOf(object, name);
  }

  #value(node: AnyNode, scope: Scope): Known | undefined {
    return knownValue(node, (one) => this.#meaning(one, scope));
  }

  /** What stands for the use of a getter, or for the call of a method, that is a single expression. */
  #inlined(name: string, args?: readonly string[]): string | undefined {
    const found = descriptorOf(this.#machine.prototype, name);
    const method: unknown = args ? found?.value : found?.get;
    const single = typeof method === 'function' ? methodText(method, CPU) : undefined;
    if (!single) return undefined;
    const scope = new Scope([[CPU, { value: this.#machine.cpu, text: CPU }]]);
    single.parameters.forEach((parameter, index) => {
      scope.set(parameter, { value: UNKNOWN, text: `(${args?.[index]})` });
    });
    if (!single.evaluatesInOrder || !single.uses.every((used) => scope.get(used))) return undefined;
    return `(${new Translation(single.text, this.#machine, this.#routines).of(single.expression, scope)})`;
  }
}

/** Does a pattern take what it is given, or properties of it, and nothing from inside them? */
function takesWhole(pattern: AnyNode): boolean {
  if (pattern.type === 'Identifier') return true;
  return (
    pattern.type === 'ObjectPattern' &&
    pattern.properties.every((one) => one.type === 'Property' && one.value.type === 'Identifier')
  );
}

/** Is nothing evaluated where it is assigned to? */
function isName(target: AnyNode): boolean {
  if (target.type === 'Identifier') return true;
  return target.type === 'MemberExpression' && !target.computed && target.object.type === 'Identifier';
}

function descriptorOf(prototype: object | null, name: string): PropertyDescriptor | undefined {
  if (!prototype) return undefined;
  return (
    Object.getOwnPropertyDescriptor(prototype, name) ?? descriptorOf(Object.getPrototypeOf(prototype), name)
  );
}
