/** `coresync baseline`: makes the baseline of the gate, takes changes over with a reason, shows what is in force. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import type { Acceptance } from '../report/baselineSchema.js';
import { BASELINE_FILE, EXPECTED_FILE, gatePlan, NO_BASELINE } from './gatePlan.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';

interface BaselineOptions {
  readonly baseline: string;
  readonly expected: string;
  readonly why?: string;
}

export function addBaseline(program: Command, session: Session): void {
  const baseline = program
    .command('baseline')
    .summary('what the gate compares with')
    .description('The exact costs that the gate compares with, and the reasons why they are what they are.');
  const add = (
    name: string,
    summary: string,
    run: (options: BaselineOptions) => Promise<ExitStatus>,
  ): Command =>
    baseline
      .command(name)
      .description(summary)
      .option('--baseline <file>', 'the baseline', BASELINE_FILE)
      .option('--expected <file>', 'ids of its series', EXPECTED_FILE)
      .action(async (options: BaselineOptions) => {
        session.endWith(await run(options));
      });
  add('save', 'measures a first baseline', (options) => save(options, session));
  add('accept', 'measures again and takes the changes over', (options) => accept(options, session)).option(
    '--why <reason>',
    'why the costs changed; needed',
  );
  add('show', 'prints what is in force, and why', (options) => show(options, session));
}

async function save(options: BaselineOptions, session: Session): Promise<ExitStatus> {
  if (existsSync(options.baseline)) {
    throw new LabError(
      'E_EXISTS',
      `${options.baseline} exists already`,
      'Take changes over with `coresync baseline accept --why ...`.',
    );
  }
  return measureAndWrite(options, 'first baseline', [], undefined, session);
}

async function accept(options: BaselineOptions, session: Session): Promise<ExitStatus> {
  if (!options.why?.trim()) {
    throw new LabError('E_USAGE', 'a change of the baseline needs a reason', 'Give one with --why.');
  }
  const before = await read(options);
  return measureAndWrite(options, options.why, before.acceptances, before, session);
}

async function measureAndWrite(
  { baseline: path, expected }: BaselineOptions,
  why: string,
  acceptances: readonly Acceptance[],
  before: Awaited<ReturnType<typeof read>> | undefined,
  session: Session,
): Promise<ExitStatus> {
  const { baselineOf, baselineText } = await import('../report/baselineSchema.js');
  const { benchDocument } = await import('./benchDocument.js');
  checkWritable(path);
  checkWritable(expected);
  const document = await benchDocument(await gatePlan());
  const old = new Map(before?.series.map((one) => [one.id, one.value]));
  const exact = document.series.filter((one) => one.kind === 'exact');
  const changed = exact.filter((one) => old.get(one.id) !== one.value).length;
  const acceptance = { why, at: new Date().toISOString(), by: userInfo().username, changed };
  const made = baselineOf(document, acceptance, acceptances);
  writeOutput(path, baselineText(made));
  const ids = { schema: 'coresync.expected-series/1', ids: made.series.map((one) => one.id) };
  writeOutput(expected, `${JSON.stringify(ids, null, 1)}\n`);
  session.print(`${path}: ${made.series.length} series, ${changed} changed\n${expected}: their ids\n`);
  return EXIT.good;
}

async function show(options: BaselineOptions, session: Session): Promise<ExitStatus> {
  const { acceptances, inputs, series } = await read(options);
  session.print(`${options.baseline}: ${series.length} series, costs ${inputs.costs}, seed ${inputs.seed}\n`);
  for (const { at, by, why, changed } of acceptances) {
    session.print(`  ${at} ${by}: ${why} (${changed} series changed)\n`);
  }
  return EXIT.good;
}

async function read({ baseline }: BaselineOptions): Promise<import('../report/baselineSchema.js').Baseline> {
  const { baselineSchema } = await import('../report/baselineSchema.js');
  const { readJsonFile } = await import('./jsonFile.js');
  return readJsonFile(baseline, baselineSchema, NO_BASELINE);
}
