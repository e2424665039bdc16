/** Translates a module of the built kernel into plain code for one machine: generators become functions, each `yield`
 *  performs its access on the spot, and what is known of the machine (addresses, configuration) stands there as a number.
 *
 *  It takes what it puts in from where it is written: a table accessor is tried out and becomes the sum that it
 *  computes, a method of the cpu that is a single expression becomes that expression.
 *  Limit: it knows the forms that the built kernel has (the cpu is the parameter `c`, names are imported one by one),
 *  and throws at others. */
import { type AnyNode, type Function as FunctionNode, type Program, parse } from 'acorn';

/** What is the same for every cpu of the machine, and never changes. */
export interface KnownMachine {
  /** Properties of a cpu. */
  readonly cpu: Readonly<Record<string, unknown>>;
  /** Where its methods are. */
  readonly prototype: object;
  /** How an access is performed at once; undefined where it has to be built, then done. `args` are texts. */
  readonly access: (method: string, args: readonly string[]) => PlainAccess | undefined;
  /** What stands for the call of a method, where it is not the method itself. */
  readonly call: (method: string, args: readonly string[]) => string | undefined;
}

export interface PlainAccess {
  readonly expression: string;
  /** Where nobody asks for the result; the expression where left out. */
  readonly statement?: string;
}

export interface PlainModule {
  readonly body: string;
  readonly exported: readonly string[];
}

type Exports = Readonly<Record<string, unknown>>;

/** What a name stands for, and the text that says so. */
interface Meaning {
  readonly value: unknown;
  readonly text: string;
}

type Scope = Map<string, Meaning>;

/** The cpu in kernel code; and what each function keeps of it. */
const CPU = 'c';
const KEPT: Readonly<Record<string, string>> = { words: '$words', id: '$id' };
const PROLOGUE = `const ${Object.entries(KEPT)
  .map(([property, name]) => `${name} = ${CPU}.${property}`)
  .join(', ')};`;

/** Text only: a value that is not known before the machine runs. */
const UNKNOWN = Symbol('unknown');

const ECMA_VERSION = 2023;

/** @param imported the exports of a module that this one imports. */
export function plainModule(
  text: string,
  machine: KnownMachine,
  imported: (specifier: string) => Exports,
): PlainModule {
  const program = parse(text, { ecmaVersion: ECMA_VERSION, sourceType: 'module' });
  const scope: Scope = new Map();
  const translation = new Translation(text, machine);
  const exported: string[] = [];
  const body: string[] = [];
  for (const node of program.body as AnyNode[]) {
    if (node.type === 'ImportDeclaration') {
      const from = String(node.source.value);
      for (const one of node.specifiers) {
        if (one.type !== 'ImportSpecifier' || one.imported.type !== 'Identifier') throw refusal(text, node);
        const { name } = one.local;
        scope.set(name, { value: imported(from)[one.imported.name], text: name });
        body.push(`const ${name} = imported('${from}').${one.imported.name};`);
      }
    } else if (node.type === 'ExportNamedDeclaration') {
      const { declaration, specifiers } = node;
      if (specifiers.length > 0) throw refusal(text, node);
      if (!declaration) continue;
      exported.push(...declaredBy(declaration));
      body.push(translation.of(declaration, scope));
    } else if (node.type.startsWith('Export')) {
      throw refusal(text, node);
    } else body.push(translation.of(node, scope));
  }
  return { body: body.join('\n'), exported };
}

function refusal(text: string, node: AnyNode): Error {
  return new Error(`not understood in the built kernel: ${text.slice(node.start, node.end)}`);
}

class Translation {
  readonly #text: string;
  readonly #machine: KnownMachine;

  constructor(text: string, machine: KnownMachine) {
    this.#text = text;
    this.#machine = machine;
  }

  /** The text of a node, translated. */
  of(node: AnyNode, scope: Scope): string {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        return this.#function(node, scope);
      case 'ArrowFunctionExpression':
        return this.#children(node, this.#inside(node, scope));
      case 'BlockStatement':
        return this.#children(node, this.#block(node.body, scope));
      case 'SwitchStatement':
        return this.#children(
          node,
          this.#block(
            node.cases.flatMap((one) => one.consequent),
            scope,
          ),
        );
      case 'ForStatement':
      case 'ForOfStatement':
        return this.#children(node, this.#block(childrenOf(node), scope));
      case 'YieldExpression':
        return node.delegate
          ? this.of(node.argument!, scope)
          : this.#performed(node.argument!, scope).expression;
      case 'ExpressionStatement': {
        const { expression } = node;
        if (expression.type !== 'YieldExpression' || expression.delegate) return this.#children(node, scope);
        const performed = this.#performed(expression.argument!, scope);
        return performed.statement ?? `${performed.expression};`;
      }
      case 'VariableDeclaration':
        // Nobody asks for what is known by its name any more.
        return declaredBy(node).every((name) => scope.has(name)) ? '' : this.#children(node, scope);
      case 'VariableDeclarator':
        return `${this.#source(node.id)}${node.init ? ` = ${this.of(node.init, scope)}` : ''}`;
      case 'Property':
        if (node.kind !== 'init') throw refusal(this.#text, node);
        // Written out, since either side may become something else.
        return `${this.#source(node.key)}${node.method ? '' : ': '}${this.of(node.value, scope)}`;
      case 'Identifier':
        return textOf(scope.get(node.name)) ?? node.name;
      case 'MemberExpression':
        return textOf(this.#meaning(node, scope)) ?? this.#member(node, scope);
      case 'CallExpression':
        return this.#call(node, scope);
      default:
        return this.#children(node, scope);
    }
  }

  #source(node: AnyNode): string {
    return this.#text.slice(node.start, node.end);
  }

  #children(node: AnyNode, scope: Scope): string {
    let out = '';
    let at = node.start;
    for (const child of childrenOf(node)) {
      out += this.#text.slice(at, child.start) + this.of(child, scope);
      at = child.end;
    }
    return out + this.#text.slice(at, node.end);
  }

  #function(node: AnyNode & FunctionNode, outer: Scope): string {
    const scope = this.#inside(node, outer);
    const body = this.of(node.body, scope).slice(1);
    const name = node.type === 'FunctionDeclaration' ? `function ${node.id!.name}` : '';
    const parameters = node.params.map((one) => this.#source(one)).join(', ');
    return `${name}(${parameters}) {${scope.has(CPU) ? ` ${PROLOGUE}` : ''}${body}`;
  }

  #inside(node: AnyNode & FunctionNode, outer: Scope): Scope {
    const names = node.params.flatMap((param) => declaredBy(param));
    const scope = new Map(outer);
    for (const name of names) scope.delete(name);
    if (names[0] === CPU) scope.set(CPU, { value: this.#machine.cpu, text: CPU });
    return scope;
  }

  /** The scope of a block, or of a loop with names of its own: what it declares means what is known, or hides what was
   *  called so outside. */
  #block(statements: readonly AnyNode[], outer: Scope): Scope {
    const scope = new Map(outer);
    for (const statement of statements) {
      if (statement.type !== 'VariableDeclaration') continue;
      for (const { id, init } of statement.declarations) {
        const meaning = statement.kind === 'const' && init ? this.#meaning(init, scope) : undefined;
        for (const [name, property] of bindingsOf(id)) {
          const own = meaning && (property === undefined ? meaning : propertyOf(meaning, property));
          if (own) scope.set(name, own);
          else scope.delete(name);
        }
      }
    }
    return scope;
  }

  #member(node: AnyNode & { type: 'MemberExpression' }, scope: Scope): string {
    const { object, property } = node;
    if (node.computed || property.type !== 'Identifier') return this.#children(node, scope);
    if (!this.#isCpu(object, scope)) return `${this.of(object, scope)}.${property.name}`;
    return KEPT[property.name] ?? this.#inlined(property.name) ?? `${CPU}.${property.name}`;
  }

  #call(node: AnyNode & { type: 'CallExpression' }, scope: Scope): string {
    const { callee } = node;
    const args = node.arguments.map((one) => this.of(one, scope));
    const called = this.#meaning(callee, scope);
    if (typeof called?.value === 'function' && called.text.startsWith(`${CPU}.`)) {
      const sum = sumOf(called.value as (...indexes: number[]) => unknown, args);
      if (sum !== undefined) return sum;
    }
    if (callee.type === 'MemberExpression' && this.#isCpu(callee.object, scope)) {
      const method = this.#source(callee.property);
      const text = this.#machine.call(method, args) ?? this.#inlined(method, args);
      if (text !== undefined) return text;
    }
    return `${this.of(callee, scope)}(${args.join(', ')})`;
  }

  /** `c.load(x)` is performed at once; what has no such text is built, then done. */
  #performed(access: AnyNode, scope: Scope): PlainAccess {
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
    if (node.type === 'Identifier') return known(scope.get(node.name));
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
      return undefined;
    const object = this.#meaning(node.object, scope);
    return object && propertyOf(object, node.property.name);
  }

  /** What stands for the use of a getter, or for the call of a method, that is a single expression. */
  #inlined(name: string, args?: readonly string[]): string | undefined {
    const found = descriptorOf(this.#machine.prototype, name);
    const method: unknown = args ? found?.value : found?.get;
    if (typeof method !== 'function' || /#|\bsuper\b/.test(String(method))) return undefined;
    const text = `({ ${String(method).replace(/\bthis\b/g, CPU)} })`;
    const single = singleExpression(parse(text, { ecmaVersion: ECMA_VERSION }));
    if (!single) return undefined;
    const scope: Scope = new Map([[CPU, { value: this.#machine.cpu, text: CPU }]]);
    single.parameters.forEach((parameter, index) => {
      scope.set(parameter, { value: UNKNOWN, text: `(${args?.[index]})` });
    });
    const isOnce = single.parameters.every((one) => single.uses.filter((used) => used === one).length <= 1);
    if (!isOnce || !single.uses.every((used) => scope.has(used))) return undefined;
    return `(${new Translation(text, this.#machine).of(single.expression, scope)})`;
  }
}

function known(meaning: Meaning | undefined): Meaning | undefined {
  return meaning && meaning.value !== UNKNOWN ? meaning : undefined;
}

function textOf(meaning: Meaning | undefined): string | undefined {
  const value = meaning?.value;
  if (typeof value === 'number') return value < 0 ? `(${value})` : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  return meaning?.text;
}

function propertyOf(object: Meaning, name: string): Meaning | undefined {
  const { value } = object;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return { value: (value as Record<string, unknown>)[name], text: `${object.text}.${name}` };
}

/* ---- accessors ---- */

const PROBES = [2, 3, 31];

/** An accessor as the sum that it computes; undefined where what it gives is no address. */
function sumOf(accessor: (...indexes: number[]) => unknown, args: readonly string[]): string | undefined {
  const at = (probe: number, only?: number): unknown =>
    accessor(...args.map((_, index) => (only === undefined || only === index ? probe : 0)));
  const base = at(0);
  if (typeof base !== 'number') return undefined;
  const strides = args.map((_, index) => Number(at(1, index)) - base);
  for (const probe of PROBES) {
    const sum = strides.reduce((before, stride) => before + stride * probe, base);
    if (at(probe) !== sum) throw new Error(`an accessor is no sum: ${accessor}`);
  }
  const isNumber = (arg: string): boolean => /^\d+$/.test(arg);
  const start = args.reduce(
    (sum, arg, index) => sum + (isNumber(arg) ? strides[index]! * Number(arg) : 0),
    base,
  );
  const terms = args.flatMap((arg, index) => (isNumber(arg) ? [] : [`(${arg}) * ${strides[index]}`]));
  return terms.length === 0 ? String(start) : `(${[start, ...terms].join(' + ')})`;
}

/* ---- the syntax tree ---- */

/** Right below a node, in the order of the text; without names that stand for nothing but themselves. */
function childrenOf(node: AnyNode): AnyNode[] {
  const isName = (key: string): boolean =>
    (node.type === 'MemberExpression' && key === 'property' && !node.computed) ||
    (node.type === 'Property' && key === 'key' && !node.computed);
  return Object.entries(node)
    .flatMap(([key, value]) => (isName(key) ? [] : Array.isArray(value) ? value : [value]))
    .filter(isNode)
    .sort((a, b) => a.start - b.start);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The names in a pattern, each with the property that it takes; undefined where it takes the whole. */
function bindingsOf(pattern: AnyNode): [name: string, property: string | undefined][] {
  switch (pattern.type) {
    case 'Identifier':
      return [[pattern.name, undefined]];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => {
        if (one.type !== 'Property' || one.key.type !== 'Identifier')
          throw new Error('a pattern is not understood');
        const property = one.key.name;
        return bindingsOf(one.value).map(([name]): [string, string] => [name, property]);
      });
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one ? bindingsOf(one) : []));
    case 'AssignmentPattern':
      return bindingsOf(pattern.left);
    default:
      throw new Error(`a pattern is not understood: ${pattern.type}`);
  }
}

function declaredBy(node: AnyNode): string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => declaredBy(id));
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return [node.id!.name];
  return bindingsOf(node).map(([name]) => name);
}

/* ---- methods ---- */

function descriptorOf(prototype: object | null, name: string): PropertyDescriptor | undefined {
  if (!prototype) return undefined;
  return (
    Object.getOwnPropertyDescriptor(prototype, name) ?? descriptorOf(Object.getPrototypeOf(prototype), name)
  );
}

/** Of `({ method })`: the only expression that the method consists of, and the names it uses. */
function singleExpression(
  program: Program,
): { expression: AnyNode; parameters: string[]; uses: string[] } | undefined {
  const [object] = program.body;
  const literal = object?.type === 'ExpressionStatement' ? object.expression : undefined;
  const property = literal?.type === 'ObjectExpression' ? literal.properties[0] : undefined;
  const method = property?.type === 'Property' ? property.value : undefined;
  if (method?.type !== 'FunctionExpression' || method.body.body.length !== 1) return undefined;
  const statement = method.body.body[0]!;
  const expression =
    statement.type === 'ReturnStatement'
      ? statement.argument
      : statement.type === 'ExpressionStatement'
        ? statement.expression
        : undefined;
  if (!expression) return undefined;
  const uses = (node: AnyNode): string[] =>
    node.type === 'Identifier' ? [node.name] : childrenOf(node).flatMap(uses);
  return { expression, parameters: method.params.flatMap((one) => declaredBy(one)), uses: uses(expression) };
}
