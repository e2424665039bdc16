/** `coresync list`: what there is to name on the command line. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import type { ListDocument } from '../report/listSchema.js';
import type { Session } from './session.js';

interface ListOptions {
  readonly json?: true;
}

export function addList(program: Command, session: Session): void {
  program
    .command('list')
    .summary('what there is: scenarios, policies, protocols, profiles, engines, barriers')
    .description('Lists everything that can be named on the command line.')
    .option('--json', 'print one document, coresync.list/1')
    .action(async (options: ListOptions) => {
      const document = await listDocument();
      if (options.json) session.print(`${JSON.stringify(document, null, 2)}\n`);
      else {
        const { listText } = await import('../report/listText.js');
        session.print(listText(document, session.paint));
      }
      session.endWith(EXIT.good);
    });
}

async function listDocument(): Promise<ListDocument> {
  const catalogue = await import('../engines/catalogue.js');
  const { ENGINES } = await import('../engines/engines.js');
  const { ORDERING_POINTS } = await import('../kernel/orderingPoints.js');
  const [scenarios, policies, protocols, profiles] = await Promise.all([
    Promise.all(catalogue.scenarioNames().map(catalogue.loadScenario)),
    Promise.all(catalogue.policyNames().map(catalogue.loadPolicy)),
    Promise.all(catalogue.protocolNames().map(catalogue.loadProtocol)),
    Promise.all(catalogue.profileNames().map(catalogue.loadProfile)),
  ]);
  return {
    schema: 'coresync.list/1',
    scenarios: scenarios.map(({ name, kind, title, source }) => ({ name, kind, title, source })),
    policies: policies.map(({ name, summary, source }) => ({ name, summary, source })),
    protocols: protocols.map(({ name, summary, writer, source }) => ({
      name,
      summary,
      writer: [...writer],
      source,
    })),
    profiles: profiles.map((profile) => ({
      name: profile.name,
      title: profile.title,
      storesReachPou: profile.storesReachPou,
      icache: profile.icache,
      syscallReturnSerializes: profile.syscallReturnSerializes,
      interruptReturnSerializes: profile.interruptReturnSerializes,
      addressSpaceLoadSerializes: profile.addressSpaceLoadSerializes,
      membarrierSyncCore: profile.membarrierSyncCore,
      source: profile.source,
    })),
    engines: ENGINES.map(({ name, summary, available, memoryModels }) => {
      const answer = available();
      return {
        name,
        summary,
        available: answer === true,
        ...(answer !== true && { reason: answer }),
        memoryModels: [...memoryModels],
      };
    }),
    barriers: ORDERING_POINTS.map(({ id, kind, title, where, pairsWith }) => ({
      id,
      kind,
      title,
      where,
      pairsWith: [...pairsWith],
    })),
  };
}
