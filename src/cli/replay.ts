/** `coresync replay`: one schedule again, access by access. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import {
  addExplorationOptions,
  chosenOptions,
  chosenSituation,
  type ExplorationChoices,
} from './explorationOptions.js';
import type { Session } from './session.js';

export function addReplay(program: Command, session: Session): void {
  const command = program
    .command('replay')
    .summary('run one schedule again')
    .description('Runs the schedule that `explore` printed again; the other options must be the same.')
    .argument('<scenario>', 'its name')
    .argument('<schedule>', 'as `explore` prints it, quoted');
  addExplorationOptions(command, 'coresync.replay/1').action(
    async (scenario: string, text: string, choices: ExplorationChoices) => {
      const { scheduleFor } = await import('./scheduleArgument.js');
      const options = chosenOptions(choices, session.stopSignal());
      const situation = await chosenSituation(scenario, choices);
      const schedule = scheduleFor(situation, text);
      const { replay } = await import('../engines/exploration.js');
      const { replayDocument, replayText } = await import('../report/replayText.js');
      const document = replayDocument(situation, schedule, replay(situation, schedule, options));
      session.print(
        choices.json ? `${JSON.stringify(document, null, 2)}\n` : replayText(document, situation.spec.cpus),
      );
      session.endWith(document.violation === null ? EXIT.good : EXIT.bad);
    },
  );
}
