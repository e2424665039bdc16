/** `coresync matrix`: scenarios x policies x profiles, each held against its expectation. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';

interface MatrixOptions {
  readonly scenario?: readonly string[];
  readonly policy?: readonly string[];
  readonly arch?: readonly string[];
  readonly kernel?: string;
  readonly seeds: number;
  readonly rounds: number;
  readonly json?: true;
}

export function addMatrix(program: Command, session: Session): void {
  program
    .command('matrix')
    .summary('scenarios x policies x profiles against their expectations')
    .description(
      'Runs every scenario under every policy on every profile in virtual time, and compares each verdict with what ' +
        'the rules expect.',
    )
    .option('--scenario <name...>', 'only these scenarios')
    .option('--policy <name...>', 'only these policies')
    .option('--arch <profile...>', 'only these profiles')
    .option('--kernel <preset>', "kernel preset for every row; default is each policy's own")
    .option('--seeds <n>', 'runs per row', numberOption('seeds', { least: 1, most: 1000 }), 3)
    .option('--rounds <n>', 'publications per run', numberOption('rounds', { least: 1, most: 1000 }), 4)
    .option('--json', 'print one document, coresync.matrix/1')
    .action(async (options: MatrixOptions) => {
      const { matrixRows } = await import('../engines/matrix.js');
      const { matrixText } = await import('../report/matrixText.js');
      const { environment } = await import('./environment.js');
      const seeds = Array.from({ length: options.seeds }, (_, index) => index + 1);
      const begun = performance.now();
      const rows = [];
      const request = {
        ...(options.scenario && { scenarios: options.scenario }),
        ...(options.policy && { policies: options.policy }),
        ...(options.arch && { profiles: options.arch }),
        kernel: options.kernel,
        seeds,
        rounds: options.rounds,
      };
      for await (const row of matrixRows(request)) {
        rows.push(row);
        if (session.signal.aborted) break;
      }
      const unexpected = rows.filter((row) => !row.asExpected).length;
      const document = {
        schema: 'coresync.matrix/1' as const,
        engine: 'virtual' as const,
        seeds,
        rounds: options.rounds,
        rows,
        unexpected,
        stoppedBy: session.signal.aborted ? ('interrupted' as const) : ('finished' as const),
        seconds: (performance.now() - begun) / 1000,
        env: environment(),
      };
      session.print(options.json ? `${JSON.stringify(document, null, 2)}\n` : matrixText(document));
      if (session.signal.aborted) return session.endWith(EXIT.interrupted);
      session.endWith(unexpected === 0 ? EXIT.good : EXIT.bad);
    });
}
