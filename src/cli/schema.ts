/** `coresync schema`: the JSON Schema of the files that a user may write, for editors. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import { knownFileKind } from './namedChoices.js';
import type { Session } from './session.js';

export function addSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .summary('print the JSON Schema of scenario or protocol files')
    .description('Prints the JSON Schema (draft 2020-12) of scenario files, or of protocol files.')
    .option('--kind <what>', 'scenario, protocol', 'scenario')
    .action(async ({ kind }: { readonly kind: string }) => {
      session.print(`${JSON.stringify(await SCHEMAS[knownFileKind(kind)](), null, 2)}\n`);
      session.endWith(EXIT.good);
    });
}

const SCHEMAS = {
  scenario: async () => (await import('../scenarios/file/schema.js')).scenarioJsonSchema(),
  protocol: async () => (await import('../scenarios/file/protocolSchema.js')).protocolJsonSchema(),
} as const;
