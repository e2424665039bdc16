/** `coresync run`: one situation, judged.
 *
 *  What was asked for is checked whole before anything is started. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus } from '../base/errors.js';
import { MAX_CPUS, MAX_ROUNDS } from '../engines/limits.js';
import type { Situation } from '../engines/situation.js';
import type { RunSettings } from '../report/runDocument.js';
import type { RunDocument } from '../report/runSchema.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';

interface RunOptions {
  readonly engine: string;
  readonly arch?: string;
  readonly policy?: string;
  readonly protocol?: string;
  readonly cpus?: number;
  readonly rounds?: number;
  readonly calls?: number;
  readonly seed: number;
  readonly memory?: string;
  readonly placement?: string;
  readonly without?: readonly string[];
  readonly startTimeout?: number;
  readonly timeLimit?: number;
  readonly json?: true;
}

const MAX_SEED = 2 ** 32 - 1;
const MS_PER_S = 1000;

export function addRun(program: Command, session: Session): void {
  program
    .command('run')
    .summary('run one scenario and judge it')
    .description('Runs one scenario and judges it. What is not given is the default of the scenario.')
    .argument('<scenario>', 'its name; `coresync list` has them')
    .option('--engine <name>', 'what makes the cpus run', 'threads')
    .option('--arch <profile>', 'architecture profile')
    .option('--policy <name>', 'serialization policy of the kernel')
    .option('--protocol <name>', 'publication protocol of the JIT')
    .option('--cpus <n>', 'simulated cpus', numberOption('cpus', { least: 2, most: MAX_CPUS }))
    .option(
      '--rounds <n>',
      'rounds, one publication each',
      numberOption('rounds', { least: 0, most: MAX_ROUNDS }),
    )
    .option('--calls <n>', 'calls per round', numberOption('calls', { least: 1, most: MAX_ROUNDS }))
    .option('--seed <n>', 'for engines that choose', numberOption('seed', { least: 0, most: MAX_SEED }), 0)
    .option('--memory <model>', 'how late stores may be seen: sc, tso, pso')
    .option('--placement <where>', 'of the patch site: within-word, across-word, across-line')
    .option('--without <id...>', 'barriers and serialization points to leave out')
    .option(
      '--start-timeout <ms>',
      'bound on starting every cpu',
      numberOption('start-timeout', { least: 1, most: 600_000, unit: 'ms' }),
    )
    .option(
      '--time-limit <s>',
      'bound on the run',
      numberOption('time-limit', { least: 1, most: 86_400, unit: 's' }),
    )
    .option('--json', 'print one document, coresync.run/1')
    .action(async (scenario: string, options: RunOptions) => {
      session.endWith(await run(scenario, options, session));
    });
}

async function run(scenario: string, options: RunOptions, session: Session): Promise<ExitStatus> {
  const { situation, settings } = await prepare(scenario, options);
  const document = await judge(situation, settings, options, session.signal);
  if (options.json) session.print(`${JSON.stringify(document, null, 2)}\n`);
  else {
    const { runText } = await import('../report/runText.js');
    session.print(runText(document, situation, session.paint));
  }
  const { exitStatusOf } = await import('./exitStatus.js');
  return document.stoppedBy === 'interrupted' ? EXIT.interrupted : exitStatusOf(document.verdict);
}

/** Everything that can be wrong with what was asked for is found here. */
async function prepare(
  scenario: string,
  options: RunOptions,
): Promise<{ readonly situation: Situation; readonly settings: RunSettings }> {
  const { availableEngine, memoryModelOn } = await import('../engines/engines.js');
  const { knownBarriers, knownPlacement } = await import('./namedChoices.js');
  const { prepareSituation } = await import('../engines/situation.js');
  const engine = availableEngine(options.engine);
  const memory = memoryModelOn(engine, options.memory);
  const { arch, policy, protocol, cpus, rounds, calls } = options;
  const situation = await prepareSituation({
    scenario,
    arch,
    policy,
    protocol,
    cpus,
    rounds,
    callsPerRound: calls,
    placement: knownPlacement(options.placement),
    without: knownBarriers(options.without),
  });
  const callsPerRound = calls ?? situation.scenario.defaults.callsPerRound;
  return { situation, settings: { engine: engine.name, seed: options.seed, memory, callsPerRound } };
}

async function judge(
  situation: Situation,
  settings: RunSettings,
  { startTimeout, timeLimit }: RunOptions,
  signal: AbortSignal,
): Promise<RunDocument> {
  const { ThreadPools } = await import('./threadPools.js');
  const { environment } = await import('./environment.js');
  const { runDocument } = await import('../report/runDocument.js');
  const pools = new ThreadPools();
  try {
    const result = await pools.run(situation, {
      ...(startTimeout !== undefined && { startTimeoutMs: startTimeout }),
      ...(timeLimit !== undefined && { timeLimitMs: timeLimit * MS_PER_S }),
      signal,
    });
    return await runDocument(situation, settings, result, environment());
  } finally {
    await pools.close();
  }
}
