/** commander's complaints in the form of all others: what, and in the next line what to do. */
import type { Command, CommanderError } from 'commander';
import { LabError } from '../base/errors.js';

/** What commander throws when it has printed the help that was asked for, or that stands in for a command. */
const PRINTED = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** @returns an option that has taken all words after it, as it is typed. */
export function greedyOption(command: Command): string | undefined {
  return command.options.find(
    (option) => option.variadic && command.getOptionValue(option.attributeName()) !== undefined,
  )?.long;
}

/** @param help the command whose help has more.
 *  @param greedy an option that may have taken what is missed. */
export function rethrow(error: CommanderError, help: string, greedy?: string): never {
  if (PRINTED.includes(error.code)) throw error;
  const missing = /missing required argument '(.*)'/.exec(error.message)?.[1];
  if (missing !== undefined && greedy !== undefined) {
    throw new LabError(
      'E_USAGE',
      `missing required argument '${missing}': ${greedy} takes every word that follows it`,
      `Put the ${missing} before ${greedy}. See: ${help}`,
    );
  }
  /* The message is `error: what`, and in a line of its own commander's suggestion. */
  const [what = '', suggestion = ''] = error.message.split('\n');
  const guess = suggestion.match(/^\(Did you mean (?:one of )?(.*)\?\)$/)?.[1];
  const guesses = guess?.split(', ').map((name) => `'${name}'`);
  throw new LabError(
    'E_USAGE',
    what.replace(/^error: /, '') + (guesses ? `; did you mean ${guesses.join(' or ')}?` : ''),
    `See: ${help}`,
  );
}
