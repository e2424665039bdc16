/** `coresync replay`: one schedule again, access by access. */
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
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
  addExplorationOptions(command).action(
    async (scenario: string, schedule: string, choices: ExplorationChoices) => {
      const { cpuOf, parseSchedule, printSchedule } = await import('../trace/schedule.js');
      const transitions = parseSchedule(schedule);
      const options = chosenOptions(choices, session.signal);
      const situation = await chosenSituation(scenario, choices);
      const { cpus } = situation.spec;
      const stranger = transitions.find((transition) => cpuOf(transition) >= cpus);
      if (stranger !== undefined)
        throw badSchedule(
          `'${printSchedule([stranger])}' is a step of cpu ${cpuOf(stranger)}; there are ${cpus}`,
        );
      if (transitions.length === 0) throw badSchedule('the schedule has no steps');
      const { replay } = await import('../engines/exploration.js');
      const { replayDocument, replayText } = await import('../report/replayText.js');
      const steps = replay(situation, transitions, options);
      const document = replayDocument(situation, printSchedule(transitions), steps);
      session.print(choices.json ? `${JSON.stringify(document, null, 2)}\n` : replayText(document, cpus));
      session.endWith(document.violation === null ? EXIT.good : EXIT.bad);
    },
  );
}

function badSchedule(what: string): LabError {
  return new LabError('E_SCHEDULE', what, 'Quote the whole schedule, as `coresync explore` printed it.');
}
