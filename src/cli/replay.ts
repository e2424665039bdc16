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

interface ReplayChoices extends ExplorationChoices {
  readonly trace?: string;
}

export function addReplay(program: Command, session: Session): void {
  const command = program
    .command('replay')
    .summary('run one schedule again')
    .description('Runs the schedule that `explore` printed again; the other options must be the same.')
    .argument('<scenario>', 'its name')
    .argument('<schedule>', 'as `explore` prints it, quoted');
  addExplorationOptions(command, 'coresync.replay/1')
    .option('--trace <file>', 'write the steps, for ui.perfetto.dev')
    .action(async (scenario: string, text: string, choices: ReplayChoices) => {
      const { scheduleFor } = await import('./scheduleArgument.js');
      const options = chosenOptions(choices, session.stopSignal());
      const situation = await chosenSituation(scenario, choices);
      const schedule = scheduleFor(situation, text);
      const { replay } = await import('../engines/exploration.js');
      const { replayDocument, replayText } = await import('../report/replayText.js');
      const { checkWritable, writeOutput } = await import('./outputFile.js');
      if (choices.trace !== undefined) checkWritable(choices.trace);
      const steps = replay(situation, schedule, options);
      const document = replayDocument(situation, schedule, steps);
      // First what was seen: the file may turn out not to be written.
      session.print(
        choices.json ? `${JSON.stringify(document, null, 2)}\n` : replayText(document, situation.spec.cpus),
      );
      if (choices.trace !== undefined) {
        const { replayTrace } = await import('../report/replayTrace.js');
        writeOutput(choices.trace, replayTrace(document, situation.spec.cpus, steps));
      }
      session.endWith(document.violation === null ? EXIT.good : EXIT.bad);
    });
}
