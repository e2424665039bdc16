/** `coresync schema`: the JSON Schema of scenario files, for editors. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import type { Session } from './session.js';

export function addSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .summary('print the JSON Schema of scenario files')
    .description('Prints the JSON Schema (draft 2020-12) of scenario files.')
    .action(async () => {
      const { scenarioJsonSchema } = await import('../scenarios/file/schema.js');
      session.print(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
      session.endWith(EXIT.good);
    });
}
