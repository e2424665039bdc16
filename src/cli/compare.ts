/** `coresync compare`: two saved benches; or, on real threads, two policies measured in turns. */
import type { Command } from 'commander';
import { type ExitStatus, LabError } from '../base/errors.js';
import type { Comparison } from '../report/comparisonSchema.js';
import { EXIT_OF } from './gate.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { type Sweep, sweepOption } from './sweepOption.js';
import { withoutEffect } from './withoutEffect.js';

interface CompareOptions {
  readonly workload?: string;
  readonly pairs?: number;
  readonly threshold: number;
  readonly parameter?: Sweep;
  readonly seed?: number;
  readonly json?: true;
}

const PERCENT = 100;
/** With --workload, where nothing is said. */
const DEFAULT_PAIRS = 30;
const DEFAULT_SEED = 1;

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
    .option(
      '--pairs <n>',
      `pairs to measure, with --workload; ${DEFAULT_PAIRS} where left out`,
      numberOption('pairs', { least: 12, most: 1000 }),
    )
    .option(
      '--threshold <percent>',
      'smaller differences of sampled series are none',
      numberOption('threshold', { least: 0, most: 100 }),
      5,
    )
    .option('-p, --parameter <values>', 'of the workload, as in cpus=2; repeatable', sweepOption)
    .option(
      '--seed <n>',
      `of the order, with --workload; ${DEFAULT_SEED} where left out`,
      numberOption('seed', { least: 0, most: 2 ** 32 - 1 }),
    )
    .option('--json', 'print one document, coresync.comparison/1')
    .action(async (a: string, b: string, options: CompareOptions) => {
      session.endWith(await run(a, b, options, session));
    });
}

async function run(a: string, b: string, options: CompareOptions, session: Session): Promise<ExitStatus> {
  refuseMixedOptions(options);
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

/** Files are compared as they are: what says how to measure would have no effect.
 *  @throws {LabError} E_USAGE */
function refuseMixedOptions({ workload, pairs, parameter, seed }: CompareOptions): void {
  if (workload !== undefined) return;
  for (const [option, value] of Object.entries({ '--pairs': pairs, '-p': parameter, '--seed': seed })) {
    if (value === undefined) continue;
    throw withoutEffect(
      option,
      'without --workload',
      `Leave out ${option}, or name a --workload to measure.`,
    );
  }
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
  { pairs = DEFAULT_PAIRS, threshold, parameter, seed = DEFAULT_SEED }: CompareOptions,
): Promise<Comparison> {
  if (a === b) {
    throw new LabError(
      'E_USAGE',
      `${a} would be compared with itself; expected two policies`,
      'Name another: `coresync list` has them.',
    );
  }
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
