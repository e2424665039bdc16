/** commander's complaints in the form of all others: what, and in the next line what to do. */
import type { CommanderError } from 'commander';
import { LabError } from '../base/errors.js';

/** What commander throws when it has printed the help that was asked for, or that stands in for a command. */
const PRINTED = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** @param help the command whose help has more. */
export function rethrow(error: CommanderError, help: string): never {
  if (PRINTED.includes(error.code)) throw error;
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
