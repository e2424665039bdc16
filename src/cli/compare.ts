/** `coresync compare`: two saved benches; or, on real threads, two policies measured in turns. */
import type { Command } from 'commander';
import type { ExitStatus } from '../base/errors.js';
import type { Comparison } from '../report/comparisonSchema.js';
import { EXIT_OF } from './gate.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { type Sweep, sweepOption } from './sweepOption.js';

interface CompareOptions {
  readonly workload?: string;
  readonly pairs: number;
  readonly threshold: number;
  readonly parameter?: Sweep;
  readonly seed: number;
  readonly json?: true;
}

const PERCENT = 100;

export function addCompare(program: Command, session: Session): void {
  program
    .command('compare')
    .summary('two saved benches, or two policies in turns')
    .description(
      'Compares two files that `bench --save` wrote. With --workload, A and B are policies, measured on real threads in ' +
        'pairs, in an order drawn by lot.',
    )
    .argument('<A>', 'a file, or a policy with --workload')
    .argument('<B>', 'the same')
    .option('--workload <name>', 'measure this workload on real threads')
    .option('--pairs <n>', 'pairs to measure', numberOption('pairs', { least: 12, most: 1000 }), 30)
    .option(
      '--threshold <percent>',
      'smaller differences of sampled series are none',
      numberOption('threshold', { least: 0, most: 100 }),
      5,
    )
    .option('-p, --parameter <values>', 'of the workload, as in cpus=2; repeatable', sweepOption)
    .option('--seed <n>', 'of the order', numberOption('seed', { least: 0, most: 2 ** 32 - 1 }), 1)
    .option('--json', 'print one document, coresync.comparison/1')
    .action(async (a: string, b: string, options: CompareOptions) => {
      session.endWith(await run(a, b, options, session));
    });
}

async function run(a: string, b: string, options: CompareOptions, session: Session): Promise<ExitStatus> {
  const comparison =
    options.workload === undefined
      ? await files(a, b, options)
      : await inTurns(options.workload, a, b, options);
  const { comparisonText } = await import('../report/comparisonText.js');
  session.print(
    options.json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison, session.paint),
  );
  return EXIT_OF[comparison.verdict];
}

async function files(a: string, b: string, { threshold }: CompareOptions): Promise<Comparison> {
  const { benchSchema } = await import('../report/benchSchema.js');
  const { compare } = await import('../report/comparison.js');
  const { EXIT } = await import('../base/errors.js');
  const { readJsonFile } = await import('./jsonFile.js');
  const reading = {
    next: 'Give what `coresync bench --save` has written; for two policies, say on which --workload.',
    exit: EXIT.couldNotJudge,
  };
  const base = readJsonFile(a, benchSchema, reading);
  const head = readJsonFile(b, benchSchema, reading);
  return compare(base, head, { threshold: threshold / PERCENT });
}

async function inTurns(
  workload: string,
  a: string,
  b: string,
  { pairs, threshold, parameter, seed }: CompareOptions,
): Promise<Comparison> {
  const { compareInTurns } = await import('./pairedComparison.js');
  return compareInTurns({
    workload,
    policies: [a, b],
    pairs,
    threshold: threshold / PERCENT,
    sweep: parameter ?? {},
    seed,
  });
}
