/** `coresync matrix`: scenarios x policies x profiles, each held against its expectation. */
import type { Command } from 'commander';
import { EXIT } from '../base/errors.js';
import { availableEngine } from '../engines/engines.js';
import type { RowJudge } from '../engines/matrix.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { ThreadPools } from './threadPools.js';

interface MatrixOptions {
  readonly scenario?: readonly string[];
  readonly policy?: readonly string[];
  readonly arch?: readonly string[];
  readonly kernel?: string;
  readonly engine: string;
  readonly seeds: number;
  readonly rounds: number;
  readonly json?: true;
}

export function addMatrix(program: Command, session: Session): void {
  program
    .command('matrix')
    .summary('scenarios x policies x profiles against their expectations')
    .description(
      'Runs every scenario under every policy on every profile, and compares each verdict with what the rules expect.',
    )
    .option('--scenario <name...>', 'only these scenarios')
    .option('--policy <name...>', 'only these policies')
    .option('--arch <profile...>', 'only these profiles')
    .option('--kernel <preset>', "kernel preset for every row; default is each policy's own")
    .option('--engine <name>', 'virtual; or threads, which is slower, for a part', 'virtual')
    .option('--seeds <n>', 'runs per row', numberOption('seeds', { least: 1, most: 1000 }), 3)
    .option('--rounds <n>', 'publications per run', numberOption('rounds', { least: 1, most: 1000 }), 4)
    .option('--json', 'print one document, coresync.matrix/1')
    .action(async (options: MatrixOptions) => {
      const { name: engine } = availableEngine(options.engine);
      const { matrixRows } = await import('../engines/matrix.js');
      const { matrixText } = await import('../report/matrixText.js');
      const { environment } = await import('./environment.js');
      const seeds = Array.from({ length: options.seeds }, (_, index) => index + 1);
      const begun = performance.now();
      const rows = [];
      const pools = new ThreadPools();
      const request = {
        ...(options.scenario && { scenarios: options.scenario }),
        ...(options.policy && { policies: options.policy }),
        ...(options.arch && { profiles: options.arch }),
        kernel: options.kernel,
        rounds: options.rounds,
        judge: await JUDGES[engine]!(seeds, pools),
      };
      try {
        for await (const row of matrixRows(request)) {
          rows.push(row);
          if (session.signal.aborted) break;
        }
      } finally {
        await pools.close();
      }
      const unexpected = rows.filter((row) => !row.asExpected).length;
      const document = {
        schema: 'coresync.matrix/1' as const,
        engine,
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

/** By engine. */
const JUDGES: Readonly<Record<string, (seeds: readonly number[], pools: ThreadPools) => Promise<RowJudge>>> =
  {
    virtual: async (seeds) => (await import('../engines/matrix.js')).virtualJudge(seeds),
    threads: async (seeds, pools) =>
      (await import('../engines/matrix.js')).worstOf(seeds, (situation) => pools.run(situation, {})),
  };
