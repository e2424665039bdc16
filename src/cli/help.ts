/** `coresync help`: commander's own says nothing of a command that it does not know. */
import type { Command } from 'commander';
import { unknownName } from '../base/nearest.js';

/** For a command that has others. */
export function addHelp(parent: Command): void {
  parent
    .helpCommand(false)
    .command('help')
    .description('print the help of a command')
    .argument('[command...]', 'its name, and of its commands')
    .action((names: readonly string[]) => names.reduce(commandNamed, parent).help());
}

/** @throws {LabError} E_UNKNOWN_NAME */
function commandNamed(parent: Command, name: string): Command {
  const command = parent.commands.find((candidate) => candidate.name() === name);
  if (command) return command;
  const known = parent.commands.map((candidate) => candidate.name());
  throw unknownName('command', name, known);
}
