/** `coresync schema`: the JSON Schema of the files that a user may write, for editors. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import { knownSchemaKind } from './namedChoices.js';
import type { Session } from './session.js';

export function addSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .summary('print the JSON Schema of the files that you may write')
    .description(
      'Prints the JSON Schema (draft 2020-12) of scenario files, protocol files, or cost profiles.',
    )
    .option('--kind <what>', 'scenario, protocol, costs', 'scenario')
    .action(async ({ kind }: { readonly kind: string }) => {
      session.print(`${JSON.stringify(await SCHEMAS[knownSchemaKind(kind)](), null, 2)}\n`);
      session.endWith(EXIT.good);
    });
}

const SCHEMAS = {
  scenario: async () => (await import('../scenarios/file/schema.js')).scenarioJsonSchema(),
  protocol: async () => (await import('../scenarios/file/protocolSchema.js')).protocolJsonSchema(),
  costs: async () => (await import('../report/costProfileSchema.js')).costProfileJsonSchema(),
} as const;
