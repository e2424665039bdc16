/** The syntax tree of the built kernel: how it is read, what is below a node, which names a node declares.
 *
 *  Source: the ESTree specification, as acorn has it.
 *  Limit: patterns without computed names and without rest. */
import { type Function as AnyFunction, type AnyNode, type Program, parse, tokenizer, tokTypes } from 'acorn';

export type { AnyNode, Program };
export type FunctionNode = AnyNode & AnyFunction;

const ECMA_VERSION = 2023;

export function parseModule(text: string): Program {
  return parse(text, { ecmaVersion: ECMA_VERSION, sourceType: 'module' });
}

/** The same text with nothing in it but what runs. */
export function withoutComments(text: string): string {
  let out = '';
  let at = 0;
  const tokens = tokenizer(text, {
    ecmaVersion: ECMA_VERSION,
    sourceType: 'module',
    onComment: (_isBlock, _comment, start, end) => {
      out += text.slice(at, start);
      at = end;
    },
  });
  while (tokens.getToken().type !== tokTypes.eof);
  return out + text.slice(at);
}

/** The method in `({ method })`, as a function prints itself. */
export function parseMethod(text: string): FunctionNode | undefined {
  const [object] = parse(text, { ecmaVersion: ECMA_VERSION }).body;
  const literal = object?.type === 'ExpressionStatement' ? object.expression : undefined;
  const property = literal?.type === 'ObjectExpression' ? literal.properties[0] : undefined;
  const method = property?.type === 'Property' ? property.value : undefined;
  return method?.type === 'FunctionExpression' ? method : undefined;
}

/* A tree never changes, and what is written out often is looked at often. */
const children = new WeakMap<AnyNode, readonly AnyNode[]>();

/** Right below a node, in the order of the text; without names that stand for nothing but themselves. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  let below = children.get(node);
  if (!below) {
    below = Object.entries(node)
      .flatMap(([key, value]) => (isOnlyName(node, key) ? [] : Array.isArray(value) ? value : [value]))
      .filter(isNode)
      .sort((a, b) => a.start - b.start);
    children.set(node, below);
  }
  return below;
}

function isOnlyName(node: AnyNode, key: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return key === 'property' && !node.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return key === 'key' && !node.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return key === 'label';
    default:
      return false;
  }
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Is there such a node in it, itself included? */
export function contains(node: AnyNode, is: (one: AnyNode) => boolean): boolean {
  return is(node) || childrenOf(node).some((child) => contains(child, is));
}

/** The names in a pattern, each with the property that it takes; undefined where it takes the whole. */
export function bindingsOf(pattern: AnyNode): [name: string, property: string | undefined][] {
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

export function declaredBy(node: AnyNode): string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => declaredBy(id));
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return [node.id!.name];
  return bindingsOf(node).map(([name]) => name);
}

/** The names that a node gives another value after they were declared. */
export function assignedIn(node: AnyNode): string[] {
  const target = targetOf(node);
  const names = target === undefined || target.type === 'MemberExpression' ? [] : declaredBy(target);
  return [...names, ...childrenOf(node).flatMap(assignedIn)];
}

function targetOf(node: AnyNode): AnyNode | undefined {
  switch (node.type) {
    case 'AssignmentExpression':
      return node.left;
    case 'UpdateExpression':
      return node.argument;
    case 'ForOfStatement':
    case 'ForInStatement':
      return node.left.type === 'VariableDeclaration' ? undefined : node.left;
    default:
      return undefined;
  }
}
