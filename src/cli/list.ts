/** `coresync list`: what there is to name on the command line. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import type { Session } from './session.js';

interface ListOptions {
  readonly json?: true;
}

export function addList(program: Command, session: Session): void {
  program
    .command('list')
    .summary('what there is: scenarios, policies, protocols, overlays, profiles, kernels, engines, barriers')
    .description('Lists everything that can be named on the command line.')
    .option('--json', 'print one document, coresync.list/1')
    .action(async (options: ListOptions) => {
      const { listDocument } = await import('./listDocument.js');
      const { listText } = await import('../report/listText.js');
      const document = await listDocument();
      session.print(
        options.json ? `${JSON.stringify(document, null, 2)}\n` : listText(document, session.paint),
      );
      session.endWith(EXIT.good);
    });
}
