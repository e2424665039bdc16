/** `coresync explore`: every schedule of a situation, and the shortest that goes wrong. */
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import {
  addExplorationOptions,
  chosenOptions,
  chosenSituation,
  type ExplorationChoices,
} from './explorationOptions.js';
import type { Session } from './session.js';

const STATUS = {
  forbidden: EXIT.good,
  allowed: EXIT.bad,
  'not-found-within-the-bound': EXIT.couldNotJudge,
} as const;

export function addExplore(program: Command, session: Session): void {
  const command = program
    .command('explore')
    .summary('look at every schedule of a scenario')
    .description('Looks at every schedule of a scenario, and prints the shortest that goes wrong.')
    .argument('<scenario>', 'its name (`coresync list` has them), or a file: `coresync init` begins one');
  addExplorationOptions(command).action(async (scenario: string, choices: ExplorationChoices) => {
    const options = chosenOptions(choices, session.signal);
    const situation = await chosenSituation(scenario, choices);
    if (situation.unsupported !== undefined) {
      throw new LabError(
        'E_UNSUPPORTED',
        situation.unsupported,
        'Choose another --arch or --protocol.',
        EXIT.couldNotJudge,
      );
    }
    const { explore } = await import('../engines/exploration.js');
    const { explorationDocument } = await import('../report/explorationDocument.js');
    const { explorationText } = await import('../report/explorationText.js');
    const { environment } = await import('./environment.js');
    const document = explorationDocument(situation, options, explore(situation, options), environment());
    session.print(choices.json ? `${JSON.stringify(document, null, 2)}\n` : explorationText(document));
    session.endWith(STATUS[document.outcome]);
  });
}
