/** `coresync shrink`: a shorter schedule that goes wrong in the same way. */
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import {
  addExplorationOptions,
  addTimeLimit,
  type BoundChoices,
  chosenOptions,
  chosenSituation,
  type ExplorationChoices,
} from './explorationOptions.js';
import type { Session } from './session.js';

export function addShrink(program: Command, session: Session): void {
  const command = program
    .command('shrink')
    .summary('make a schedule that goes wrong shorter')
    .description(
      'Leaves steps out of a schedule for as long as it goes wrong in the same way: first for fewer preemptions, then for ' +
        'fewer steps. The other options must be those it was found with.',
    )
    .argument('<scenario>', 'its name')
    .argument('<schedule>', 'as `explore` prints it, quoted');
  addTimeLimit(addExplorationOptions(command, 'coresync.shrink/1')).action(
    async (scenario: string, text: string, choices: ExplorationChoices & BoundChoices) => {
      const { scheduleFor } = await import('./scheduleArgument.js');
      const options = chosenOptions(choices, session.stopSignal());
      const situation = await chosenSituation(scenario, choices);
      const schedule = scheduleFor(situation, text);
      const { shortened } = await import('../engines/exploration.js');
      const shrunk = shortened(situation, schedule, options);
      if (!shrunk) {
        throw new LabError(
          'E_SCHEDULE',
          'nothing goes wrong on this schedule',
          'Shrink a schedule that `coresync explore` found, with the options it was found with.',
          EXIT.couldNotJudge,
        );
      }
      const { situationHead } = await import('../report/explorationDocument.js');
      const { shrinkDocument, shrinkText } = await import('../report/shrinkText.js');
      const document = shrinkDocument(situation, schedule, shrunk);
      const machine = situationHead(situation, options);
      session.print(choices.json ? `${JSON.stringify(document, null, 2)}\n` : shrinkText(document, machine));
      session.endWith(EXIT.bad);
    },
  );
}
