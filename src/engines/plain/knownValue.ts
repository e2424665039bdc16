/** What an expression of the kernel comes to, where that is known before the machine runs: which branches it cannot take.
 *
 *  Limit: names, properties, literals, and what asks whether they are equal or true; anything else is unknown. */
import type { AnyNode } from './syntaxTree.js';

export interface Known {
  readonly value: unknown;
}

/** An expression that goes on with one of its parts. */
export type Choice = AnyNode & ({ type: 'LogicalExpression' } | { type: 'ConditionalExpression' });

export function truthOf(known: Known | undefined): boolean | undefined {
  return known && Boolean(known.value);
}

/** @param meaning of a name or a property. */
export function knownValue(node: AnyNode, meaning: (node: AnyNode) => Known | undefined): Known | undefined {
  switch (node.type) {
    case 'Literal':
      return { value: node.value };
    case 'Identifier':
    case 'MemberExpression':
      return meaning(node);
    case 'UnaryExpression': {
      const known = node.operator === '!' ? knownValue(node.argument, meaning) : undefined;
      return known && { value: !known.value };
    }
    case 'BinaryExpression': {
      const isEqual = node.operator === '===';
      if (!isEqual && node.operator !== '!==') return undefined;
      const left = knownValue(node.left as AnyNode, meaning);
      const right = left && knownValue(node.right, meaning);
      return right && { value: (left.value === right.value) === isEqual };
    }
    case 'LogicalExpression': {
      const left = node.operator === '??' ? undefined : knownValue(node.left, meaning);
      if (!left) return undefined;
      return truthOf(left) === (node.operator === '&&') ? knownValue(node.right, meaning) : left;
    }
    default:
      return undefined;
  }
}
