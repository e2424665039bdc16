/** `coresync demo`, also `npm start`: the tour. */
import type { Command } from 'commander';
import type { Session } from './session.js';

export function addDemo(program: Command, session: Session): void {
  program
    .command('demo')
    .summary('the tour: the hazard and its cures, on real threads and on every schedule')
    .description(
      'Runs the tour: the hazard on real threads, what cures it, what each cure costs, and every schedule of it.',
    )
    .action(async () => {
      const { leadTour } = await import('./tourGuide.js');
      const { TOUR } = await import('./tour.js');
      const { EVERY_SCHEDULE } = await import('./tourExploration.js');
      session.endWith(await leadTour(session, TOUR, [EVERY_SCHEDULE]));
    });
}
