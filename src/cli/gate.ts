/** `coresync gate`: measures what the baseline holds, and fails where anything got worse.
 *
 *  What cannot be judged (a series that is missing, a baseline that cannot be read) is never good. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus } from '../base/errors.js';
import type { Comparison } from '../report/comparisonSchema.js';
import { BASELINE_FILE, EXPECTED_FILE, gatePlan, NO_BASELINE, NO_EXPECTED } from './gatePlan.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';

interface GateOptions {
  readonly baseline: string;
  readonly expected: string;
  readonly strict?: true;
  readonly selfTest?: true;
  readonly save?: string;
  readonly json?: true;
}

export function addGate(program: Command, session: Session): void {
  program
    .command('gate')
    .summary('compare exact costs with the baseline')
    .description(
      'Measures every workload under every compared policy and compares with the baseline, exactly.',
    )
    .option('--baseline <file>', 'what to compare with', BASELINE_FILE)
    .option('--expected <file>', 'ids of the series that must be there', EXPECTED_FILE)
    .option('--strict', 'fail as well where something got better: the baseline is behind')
    .option('--self-test', 'damage what was measured on purpose: has to end with status 1')
    .option('--save <file>', 'write what was measured, coresync.bench/1')
    .option('--json', 'print one document, coresync.comparison/1')
    .action(async (options: GateOptions) => {
      session.endWith(await gate(options, session));
    });
}

export const EXIT_OF = {
  pass: EXIT.good,
  fail: EXIT.bad,
  inconclusive: EXIT.couldNotJudge,
} as const satisfies Record<Comparison['verdict'], ExitStatus>;

async function gate(options: GateOptions, session: Session): Promise<ExitStatus> {
  const { baselineSchema, expectedSeriesSchema } = await import('../report/baselineSchema.js');
  const { compare } = await import('../report/comparison.js');
  const { comparisonText } = await import('../report/comparisonText.js');
  const { readJsonFile } = await import('./jsonFile.js');
  const { benchDocument } = await import('./benchDocument.js');
  // Read first: there is nothing to measure for where these are no good.
  const baseline = readJsonFile(options.baseline, baselineSchema, NO_BASELINE);
  const { ids } = readJsonFile(options.expected, expectedSeriesSchema, NO_EXPECTED);
  if (options.save !== undefined) checkWritable(options.save);
  const head = await benchDocument(await gatePlan());
  if (options.save !== undefined) writeOutput(options.save, `${JSON.stringify(head, null, 1)}\n`);
  if (options.selfTest) {
    const { selfTest } = await import('./gateSelfTest.js');
    return selfTest(baseline, head, ids, session);
  }
  const compared = compare(baseline, head, { expected: ids, threshold: 0 });
  const comparison = options.strict ? strictly(compared) : compared;
  session.print(
    options.json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison, session.paint),
  );
  return EXIT_OF[comparison.verdict];
}

function strictly(comparison: Comparison): Comparison {
  const improved = comparison.rows.filter((row) => row.verdict === 'improved').length;
  if (improved === 0) return comparison;
  const reasons = [`${improved} series got better and the baseline does not know`, ...comparison.reasons];
  return { ...comparison, verdict: 'fail', reasons };
}
