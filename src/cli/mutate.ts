/** `coresync mutate`: takes away one ordering point at a time, and says who notices. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import type { Session } from './session.js';

interface MutateOptions {
  readonly scenario?: readonly string[];
  readonly json?: true;
}

export function addMutate(program: Command, session: Session): void {
  program
    .command('mutate')
    .summary('what each barrier is for: take it away, and see who notices')
    .description(
      'Removes each barrier and serialization point in turn and explores every schedule of a set of scenarios. A point ' +
        'that nobody misses fails the command, unless there is a known reason.',
    )
    .option('--scenario <name...>', 'only these scenarios of the set')
    .option('--json', 'print one document, coresync.mutation/1')
    .action(async (options: MutateOptions) => {
      const { mutations } = await import('../engines/mutation.js');
      const { mutationDocument } = await import('../report/mutationDocument.js');
      const { mutationText } = await import('../report/mutationText.js');
      const { environment } = await import('./environment.js');
      const signal = session.stopSignal();
      const begun = performance.now();
      const found = [];
      const request = { scenarios: options.scenario, signal, clock: () => performance.now() };
      for await (const mutation of mutations(request)) found.push(mutation);
      const seconds = (performance.now() - begun) / 1000;
      const stoppedBy = signal.aborted ? 'interrupted' : 'finished';
      const document = mutationDocument(found, { stoppedBy, seconds, env: environment() });
      session.print(options.json ? `${JSON.stringify(document, null, 2)}\n` : mutationText(document));
      if (signal.aborted) return session.endWith(EXIT.interrupted);
      session.endWith(
        document.survivors > 0 ? EXIT.bad : document.undecided > 0 ? EXIT.couldNotJudge : EXIT.good,
      );
    });
}
