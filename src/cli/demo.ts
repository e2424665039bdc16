/** `coresync demo`, also `npm start`: the tour. */
import type { Command } from 'commander';
import type { ShownDocument } from '../report/html/sections.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';

interface DemoOptions {
  readonly save?: string;
}

export function addDemo(program: Command, session: Session): void {
  program
    .command('demo')
    .summary('the tour: the hazard and its cures, on real threads and on every schedule')
    .description(
      'Runs the tour: the hazard on real threads, what cures it, what each cure costs, and every schedule of it.',
    )
    .option('--save <file>', 'write all that was seen as one HTML page')
    .action(async ({ save }: DemoOptions) => {
      const { leadTour } = await import('./tourGuide.js');
      const { TOUR } = await import('./tour.js');
      const { EVERY_SCHEDULE } = await import('./tourExploration.js');
      if (save !== undefined) checkWritable(save);
      const documents: ShownDocument[] = [];
      session.endWith(await leadTour(session, TOUR, [EVERY_SCHEDULE], (one) => documents.push(one)));
      // A part of the tour is not what was asked for.
      if (save === undefined || session.stopSignal().aborted) return;
      const { reportPage } = await import('./reportPage.js');
      writeOutput(save, (await reportPage('coresync: the tour', documents)).text);
      session.print(`${save} has all of it, to open in a browser.\n`);
    });
}
