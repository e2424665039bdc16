/** `coresync bench`: what each policy costs on each workload. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { MAX_SEED } from '../engines/limits.js';
import type { Plan } from '../engines/plan.js';
import type { BenchDocument } from '../report/benchSchema.js';
import { COMPARED_POLICIES } from './comparedPolicies.js';
import { numberOption } from './numberOption.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';
import { type Sweep, sweepOption } from './sweepOption.js';
import { withoutEffect } from './withoutEffect.js';

interface BenchOptions {
  readonly engine: string;
  readonly policy?: readonly string[];
  readonly arch?: string;
  readonly kernel?: string;
  readonly costs?: string;
  readonly seed: number;
  readonly parameter?: Sweep;
  readonly samples?: number;
  readonly breakdown?: true;
  readonly breakEven?: string;
  readonly save?: string;
  readonly json?: true;
}

const DEFAULT_COSTS = 'generic-x86-64';
const DEFAULT_SAMPLES = 20;

/** How an engine measures. */
interface Meter {
  /** Exact figures follow from costs, and say where they went; samples are taken by the clock. */
  readonly gives: 'exact' | 'samples';
  readonly measure: (plan: Plan, samples: number) => Promise<BenchDocument>;
}

/** By engine. */
const METERS: Readonly<Record<string, Meter>> = {
  virtual: {
    gives: 'exact',
    measure: async (plan) => (await import('./benchDocument.js')).benchDocument(plan),
  },
  threads: {
    gives: 'samples',
    measure: async (plan, samples) => (await import('./sampledDocument.js')).sampledDocument(plan, samples),
  },
};

/** From which value of a parameter on does one policy beat the other? */
interface BreakEven {
  readonly rivals: readonly [string, string];
  readonly parameter: string;
}

export function addBench(program: Command, session: Session): void {
  program
    .command('bench')
    .summary('measure what each policy costs on each workload')
    .description(
      'Measures workloads under policies: cycles per operation, which serializations were needed, how long membarrier takes.',
    )
    .argument('[workload...]', 'their names; all where left out')
    .option('--engine <name>', 'virtual (exact, in cycles) or threads (sampled, wall clock)', 'virtual')
    .option('--policy <names...>', 'serialization policies; those of the question where left out')
    .option('--arch <profile>', "architecture profile; the workload's own where left out")
    .option('--kernel <preset>', 'kernel, the same for every policy')
    .option(
      '--costs <name>',
      `cost profile, or a file of \`coresync calibrate\`; ${DEFAULT_COSTS} where left out`,
    )
    .option('-p, --parameter <values>', 'sweep, as in cpus=2,8,64; repeatable', sweepOption)
    .option('--seed <n>', 'for what is left to chance', numberOption('seed', { least: 0, most: MAX_SEED }), 1)
    .option(
      '--samples <n>',
      `of engine threads; ${DEFAULT_SAMPLES} where left out`,
      numberOption('samples', { least: 5, most: 1000 }),
    )
    .option('--breakdown', 'print where the cycles went')
    .option('--break-even <a:b>', 'from which value of the swept parameter on b beats a')
    .option('--save <file>', 'write the document, coresync.bench/1')
    .option('--json', 'print it')
    .action(async (workloads: string[], options: BenchOptions) => {
      session.endWith(await bench(workloads, options, session));
    });
}

async function bench(
  workloads: readonly string[],
  options: BenchOptions,
  session: Session,
): Promise<ExitStatus> {
  const { loadPolicy, workloadNames } = await import('../engines/catalogue.js');
  const { checkSweep } = await import('../engines/plan.js');
  const { costsNamed } = await import('./costs.js');
  const meter = await meterNamed(options.engine);
  refuseMixedOptions(options, meter);
  const question = breakEvenIn(options);
  const plan = {
    workloads: workloads.length > 0 ? [...new Set(workloads)] : await workloadNames(),
    policies: [...new Set(options.policy ?? question?.rivals ?? COMPARED_POLICIES)],
    arch: options.arch,
    kernel: options.kernel,
    sweep: options.parameter ?? {},
    costs: await costsNamed(options.costs ?? DEFAULT_COSTS),
    seed: options.seed,
  };
  await checkSweep(plan);
  // The last of them too is known before the first is measured.
  for (const policy of plan.policies) await loadPolicy(policy);
  if (options.save !== undefined) checkWritable(options.save);
  const document = await meter.measure(plan, options.samples ?? DEFAULT_SAMPLES);
  if (options.save !== undefined) writeOutput(options.save, `${JSON.stringify(document, null, 1)}\n`);
  if (options.json) session.print(`${JSON.stringify(document, null, 2)}\n`);
  else session.print(await textOf(document, plan.costs.cyclesPerNs, options, question, session));
  return EXIT.good;
}

/** @throws {LabError} E_UNKNOWN_NAME */
async function meterNamed(engine: string): Promise<Meter> {
  const { unknownName } = await import('../base/nearest.js');
  const names = Object.keys(METERS);
  const meter = names.includes(engine) ? METERS[engine] : undefined;
  if (!meter) throw unknownName('engine to measure with', engine, names);
  return meter;
}

/** @throws {LabError} E_USAGE */
function refuseMixedOptions(options: BenchOptions, { gives }: Meter): void {
  const { engine, samples, costs, breakdown, breakEven, json } = options;
  if (gives === 'samples') {
    const where = `on engine ${engine}, which samples the clock`;
    if (costs !== undefined) throw withoutEffect('--costs', where);
    if (breakdown) throw withoutEffect('--breakdown', where);
    if (breakEven !== undefined) throw withoutEffect('--break-even', where);
  } else if (samples !== undefined) {
    throw withoutEffect('--samples', `on engine ${engine}, which is exact`);
  }
  if (breakEven === undefined) return;
  const next = 'Leave out one of the two.';
  if (json) throw withoutEffect('--break-even', 'with --json, which prints what was measured', next);
  if (breakdown) throw withoutEffect('--breakdown', 'with --break-even', next);
}

async function textOf(
  document: BenchDocument,
  cyclesPerNs: number,
  { breakdown }: BenchOptions,
  question: BreakEven | undefined,
  { paint }: Session,
): Promise<string> {
  const { benchRows } = await import('../report/perOperation.js');
  const { benchText, breakdownText, sampledText } = await import('../report/benchText.js');
  const rows = benchRows(document);
  if (question) {
    const { breakEven, breakEvenText } = await import('../report/breakEven.js');
    return breakEvenText(breakEven(rows, question.rivals, question.parameter));
  }
  if (rows.length === 0) return sampledText(document.series);
  const table = benchText(document, cyclesPerNs, paint);
  if (!breakdown) return table;
  return table + rows.map((row) => `${row.group} ${row.policy}\n${breakdownText(row).join('\n')}\n`).join('');
}

/** @throws {LabError} E_USAGE */
function breakEvenIn({ breakEven, policy, parameter = {} }: BenchOptions): BreakEven | undefined {
  if (breakEven === undefined) return undefined;
  const rivals = rivalsIn(breakEven);
  const left = policy && rivals.find((rival) => !policy.includes(rival));
  if (left !== undefined) {
    throw new LabError(
      'E_USAGE',
      `--break-even names ${left}, which --policy leaves out`,
      'Leave out --policy: the two of --break-even are measured.',
    );
  }
  return { rivals, parameter: sweptParameter(parameter) };
}

function rivalsIn(text: string): readonly [string, string] {
  const [first, second, ...rest] = text.split(':');
  if (first && first === second) {
    throw new LabError(
      'E_USAGE',
      `--break-even is '${text}': a policy never beats itself`,
      'Name two policies, as in registered:deferred-cpu.',
    );
  }
  if (first && second && rest.length === 0) return [first, second];
  throw new LabError(
    'E_USAGE',
    `--break-even is '${text}'; expected two policies, as in registered:deferred-cpu`,
    'See: coresync bench --help',
  );
}

/** The one parameter with several values. */
function sweptParameter(sweep: Sweep): string {
  const swept = Object.entries(sweep).filter(([, values]) => values.length > 1);
  if (swept.length === 1) return swept[0]![0];
  const cpusOnly = swept.filter(([name]) => name !== 'cpus');
  if (cpusOnly.length === 1) return cpusOnly[0]![0];
  throw new LabError(
    'E_USAGE',
    'a break-even needs one parameter with several values',
    'Give one, as in -p switches=1,2,4,8.',
  );
}
