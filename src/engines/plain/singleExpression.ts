/** Methods of the cpu, and routines, that are a single expression: it can stand wherever they are called.
 *
 *  A method is read from the function itself, which prints its text.
 *  Limit: a method that uses private names or `super` means something only in its class, and is none of them. */
import {
  type AnyNode,
  childrenOf,
  contains,
  declaredBy,
  type FunctionNode,
  parseMethod,
} from './syntaxTree.js';

export interface SingleExpression {
  readonly expression: AnyNode;
  readonly parameters: readonly string[];
  /** Names, as often as they are used. */
  readonly uses: readonly string[];
  /** Are its parameters evaluated as arguments are: each once, one after the other, before anything else is read? */
  readonly evaluatesInOrder: boolean;
}

const methodTexts = new WeakMap<object, (SingleExpression & { readonly text: string }) | undefined>();

/** A method that is a single expression, with the cpu where it has `this`. */
export function methodText(
  method: object,
  self: string,
): (SingleExpression & { readonly text: string }) | undefined {
  if (methodTexts.has(method)) return methodTexts.get(method);
  const text = `({ ${String(method).replace(/\bthis\b/g, self)} })`;
  const node = /#|\bsuper\b/.test(text) ? undefined : parseMethod(text);
  const single = node && singleExpression(node);
  const found = single && { ...single, text };
  methodTexts.set(method, found);
  return found;
}

export function singleExpression(method: FunctionNode): SingleExpression | undefined {
  const statement = onlyStatement(method);
  const expression =
    statement?.type === 'ExpressionStatement' ? statement.expression : returnedExpression(method);
  if (!expression) return undefined;
  const uses = (node: AnyNode): string[] =>
    node.type === 'Identifier' ? [node.name] : childrenOf(node).flatMap(uses);
  const parameters = method.params.flatMap((one) => declaredBy(one));
  const used = uses(expression);
  const evaluatesInOrder =
    method.params.every((one) => one.type === 'Identifier') &&
    used.filter((name) => parameters.includes(name)).join() === parameters.join() &&
    (parameters.length === 0 || !contains(expression, isOutOfOrder));
  return { expression, parameters, uses: used, evaluatesInOrder };
}

/** Evaluates a part only sometimes, or reads before the last part is evaluated. */
function isOutOfOrder(node: AnyNode): boolean {
  return (
    node.type === 'LogicalExpression' ||
    node.type === 'ConditionalExpression' ||
    node.type === 'UpdateExpression' ||
    (node.type === 'AssignmentExpression' && node.operator !== '=')
  );
}

/** Where all that it does is to return something: that. */
export function returnedExpression(method: FunctionNode): AnyNode | undefined {
  const statement = onlyStatement(method);
  return statement?.type === 'ReturnStatement' ? (statement.argument ?? undefined) : undefined;
}

function onlyStatement({ body }: FunctionNode): AnyNode | undefined {
  return body.type === 'BlockStatement' && body.body.length === 1 ? body.body[0] : undefined;
}
