/** `coresync bench`: what each policy costs on each workload. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { MAX_SEED } from '../engines/limits.js';
import type { BenchDocument } from '../report/benchSchema.js';
import { COMPARED_POLICIES } from './comparedPolicies.js';
import { numberOption } from './numberOption.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';
import { type Sweep, sweepOption } from './sweepOption.js';

interface BenchOptions {
  readonly engine: string;
  readonly policy?: readonly string[];
  readonly arch?: string;
  readonly kernel?: string;
  readonly costs: string;
  readonly seed: number;
  readonly parameter?: Sweep;
  readonly samples: number;
  readonly breakdown?: true;
  readonly breakEven?: string;
  readonly save?: string;
  readonly json?: true;
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
    .option('--costs <name>', 'cost profile, or a file of `coresync calibrate`', 'generic-x86-64')
    .option('-p, --parameter <values>', 'sweep, as in cpus=2,8,64; repeatable', sweepOption)
    .option('--seed <n>', 'for what is left to chance', numberOption('seed', { least: 0, most: MAX_SEED }), 1)
    .option('--samples <n>', 'of the threads engine', numberOption('samples', { least: 5, most: 1000 }), 20)
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
  const { workloadNames } = await import('../engines/catalogue.js');
  const { checkSweep } = await import('../engines/plan.js');
  const { costsNamed } = await import('./costs.js');
  const rivals = options.breakEven === undefined ? undefined : rivalsIn(options.breakEven);
  const left = options.policy && rivals?.find((rival) => !options.policy?.includes(rival));
  if (left !== undefined) {
    throw new LabError(
      'E_USAGE',
      `--break-even names ${left}, which --policy leaves out`,
      'Leave out --policy: the two of --break-even are measured.',
    );
  }
  const plan = {
    workloads: workloads.length > 0 ? [...new Set(workloads)] : await workloadNames(),
    policies: [...new Set(options.policy ?? rivals ?? COMPARED_POLICIES)],
    arch: options.arch,
    kernel: options.kernel,
    sweep: options.parameter ?? {},
    costs: await costsNamed(options.costs),
    seed: options.seed,
  };
  await checkSweep(plan);
  if (options.save !== undefined) checkWritable(options.save);
  const document = await measure(plan, options);
  if (options.save !== undefined) writeOutput(options.save, `${JSON.stringify(document, null, 1)}\n`);
  if (options.json) session.print(`${JSON.stringify(document, null, 2)}\n`);
  else session.print(await textOf(document, plan.costs.cyclesPerNs, options, rivals, session));
  return EXIT.good;
}

async function measure(
  plan: import('../engines/plan.js').Plan,
  { engine, samples }: BenchOptions,
): Promise<BenchDocument> {
  const { unknownName } = await import('../base/nearest.js');
  const { benchDocument } = await import('./benchDocument.js');
  const { sampledDocument } = await import('./sampledDocument.js');
  const engines: Readonly<Record<string, () => Promise<BenchDocument>>> = {
    virtual: () => benchDocument(plan),
    threads: () => sampledDocument(plan, samples),
  };
  const run = engines[engine];
  if (!run) throw unknownName('engine to measure with', engine, Object.keys(engines));
  return run();
}

async function textOf(
  document: BenchDocument,
  cyclesPerNs: number,
  { breakdown, parameter }: BenchOptions,
  rivals: readonly [string, string] | undefined,
  { paint }: Session,
): Promise<string> {
  const { benchRows } = await import('../report/perOperation.js');
  const { benchText, breakdownText, sampledText } = await import('../report/benchText.js');
  const rows = benchRows(document);
  if (rivals) {
    const { breakEven, breakEvenText } = await import('../report/breakEven.js');
    return breakEvenText(breakEven(rows, rivals, sweptParameter(parameter ?? {})));
  }
  if (rows.length === 0) return sampledText(document.series);
  const table = benchText(document, cyclesPerNs, paint);
  if (!breakdown) return table;
  return table + rows.map((row) => `${row.group} ${row.policy}\n${breakdownText(row).join('\n')}\n`).join('');
}

function rivalsIn(text: string): readonly [string, string] {
  const [first, second, ...rest] = text.split(':');
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
