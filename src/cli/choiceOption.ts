/** Options that take one of a few names: anything else is refused, and told the nearest. */
import { unknownName } from '../base/nearest.js';

/** @param kind the noun: 'memory model'.
 *  @returns a parser for commander. */
export function choiceOption<const Name extends string>(
  kind: string,
  names: readonly Name[],
): (text: string) => Name {
  return (text) => {
    const name = names.find((candidate) => candidate === text);
    if (name === undefined) throw unknownName(kind, text, names);
    return name;
  };
}
