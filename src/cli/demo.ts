/** `coresync demo`, also `npm start`: the tour. */
import type { Command } from 'commander';
import type { Session } from './session.js';

export function addDemo(program: Command, session: Session): void {
  program
    .command('demo')
    .summary('the tour: the hazard and its cures, on real threads')
    .description('Runs the tour: the hazard on real threads, what cures it, and what each cure costs.')
    .action(async () => {
      const { leadTour } = await import('./tourGuide.js');
      const { TOUR } = await import('./tour.js');
      session.endWith(await leadTour(session, TOUR));
    });
}
