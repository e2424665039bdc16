/** `coresync explore`: every schedule of a situation, and the shortest that goes wrong. */
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import type { ExplorationOptions } from '../engines/exploration.js';
import { MAX_SEED } from '../engines/limits.js';
import type { Situation } from '../engines/situation.js';
import type { Shard } from '../explore/shardAgenda.js';
import type { ExplorationDocument } from '../report/explorationSchema.js';
import {
  addExplorationOptions,
  addTimeLimit,
  type BoundChoices,
  chosenOptions,
  chosenSituation,
  type ExplorationChoices,
  oneOf,
} from './explorationOptions.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { shardOption } from './shardOption.js';
import { withoutEffect } from './withoutEffect.js';

interface Choices extends ExplorationChoices, BoundChoices {
  readonly shard?: Shard;
  readonly knowing?: readonly string[];
  readonly mode: string;
  readonly seed?: number;
  readonly bugDepth?: number;
}

const MAX_WORKERS = 64;
/** Executions of random and pct, where nothing is said. */
const SAMPLES = 10_000;
const DEFAULT_SEED = 1;
const DEFAULT_BUG_DEPTH = 3;

export const STATUS = {
  forbidden: EXIT.good,
  allowed: EXIT.bad,
  'not-found-within-the-bound': EXIT.couldNotJudge,
} as const;

export function addExplore(program: Command, session: Session): void {
  const command = program
    .command('explore')
    .summary('look at every schedule of a scenario')
    .description('Looks at every schedule of a scenario, and prints the shortest that goes wrong.')
    .argument('<scenario>', 'its name (`coresync list` has them), or a file: `coresync init` begins one');
  addTimeLimit(addExplorationOptions(command, 'coresync.exploration/1'))
    .option('--max-states <n>', 'bound on the states', numberOption('max-states', { least: 1, most: 1e9 }))
    .option('--mode <how>', 'exhaustive; or samples: random, pct', 'exhaustive')
    .option(
      '--seed <n>',
      `of random and pct; ${DEFAULT_SEED} where left out`,
      numberOption('seed', { least: 0, most: MAX_SEED }),
    )
    .option(
      '--executions <n>',
      `bound on the executions; ${SAMPLES} of random and pct where left out`,
      numberOption('executions', { least: 1, most: 1e9 }),
    )
    .option(
      '--workers <n>',
      'host threads for what one does not finish soon',
      numberOption('workers', { least: 1, most: MAX_WORKERS }),
      1,
    )
    .option(
      '--max-preemptions <n>',
      'only schedules with at most so many',
      numberOption('max-preemptions', { least: 0, most: 1000 }),
    )
    .option('--shard <i/n>', 'search one of n parts; `coresync merge` puts them together', shardOption)
    .option('--knowing <file...>', 'documents of other shards, which know more words to be shared')
    .option(
      '--bug-depth <n>',
      `orderings that pct looks for; ${DEFAULT_BUG_DEPTH} where left out`,
      numberOption('bug-depth', { least: 1, most: 10 }),
    )
    .action(async (scenario: string, choices: Choices) => {
      const { SAMPLING_MODES } = await import('../engines/sampling.js');
      oneOf('mode', choices.mode, ['exhaustive', ...SAMPLING_MODES]);
      refuseMixedOptions(choices);
      const options = chosenOptions(choices, session.stopSignal());
      const situation = await chosenSituation(scenario, choices);
      const document = await explored(situation, choices, options);
      const { explorationText } = await import('../report/explorationText.js');
      session.print(choices.json ? `${JSON.stringify(document, null, 2)}\n` : explorationText(document));
      session.endWith(document.stoppedBy === 'interrupted' ? EXIT.interrupted : STATUS[document.outcome]);
    });
}

/** What would have no effect beside the rest; and a shard is a part of the exhaustive search of one thread.
 *  @throws {LabError} E_USAGE */
function refuseMixedOptions(choices: Choices): void {
  const { shard, knowing, mode, workers = 1, maxPreemptions, executions } = choices;
  const isSampling = mode !== 'exhaustive';
  const { seed, bugDepth, maxStates } = choices;
  if (isSampling) {
    const where = `with --mode ${mode}: samples are taken by one thread, without a bound on preemptions or states`;
    if (workers > 1) throw withoutEffect(`--workers ${workers}`, where);
    if (maxPreemptions !== undefined) throw withoutEffect('--max-preemptions', where);
    if (maxStates !== undefined) throw withoutEffect('--max-states', where, 'Bound the --executions.');
  } else if (seed !== undefined) {
    throw withoutEffect('--seed', 'where every schedule is looked at', 'Leave it out, or add --mode pct.');
  }
  if (bugDepth !== undefined && mode !== 'pct') {
    throw withoutEffect('--bug-depth', `with --mode ${mode}`, 'Leave it out, or add --mode pct.');
  }
  if (shard === undefined) {
    if (knowing) throw withoutEffect('--knowing', 'without --shard', 'Say which shard, as in --shard 1/3.');
    if (workers === 1) return;
    const byOneThread = 'which is counted by one thread';
    if (executions !== undefined) throw withoutEffect('--workers', `with --executions, ${byOneThread}`);
    if (maxPreemptions !== undefined) {
      throw withoutEffect('--workers', `with --max-preemptions, ${byOneThread}`);
    }
    return;
  }
  const cannotMeet = (option: string): LabError =>
    new LabError(
      'E_USAGE',
      `--shard cannot be combined with ${option}: a shard is searched in full, by one thread`,
      `Leave out --shard or ${option}.`,
    );
  if (isSampling) throw cannotMeet(`--mode ${mode}`);
  if (workers > 1) throw cannotMeet(`--workers ${workers}`);
  if (maxPreemptions !== undefined) throw cannotMeet('--max-preemptions');
}

async function exploredShard(
  situation: Situation,
  shard: Shard,
  paths: readonly string[],
  options: ExplorationOptions,
): Promise<ExplorationDocument> {
  const { explore } = await import('../engines/exploration.js');
  const { SPLIT_AT } = await import('../explore/shardAgenda.js');
  const { allShared } = await import('../explore/sharing.js');
  const { shardDocument } = await import('../report/explorationDocument.js');
  const { environment } = await import('./environment.js');
  const { machineHash, otherMachine, readShard } = await import('./shardFiles.js');
  const machine = machineHash(situation, options);
  const others = paths.map(readShard);
  const stranger = others.find(({ document }) => document.shard.machine !== machine);
  if (stranger)
    throw otherMachine(stranger, 'as this command names', 'its scenario, options or version differ');
  const knowing = allShared(others.map(({ document }) => document.shard.sharing));
  const chosen = { ...options, shard: { ...shard, ...SPLIT_AT }, knowing };
  return shardDocument(situation, chosen, await explore(situation, chosen), { machine, env: environment() });
}

async function explored(
  situation: Situation,
  {
    mode: typed,
    seed = DEFAULT_SEED,
    executions = SAMPLES,
    bugDepth = DEFAULT_BUG_DEPTH,
    shard,
    knowing = [],
  }: Choices,
  options: ExplorationOptions,
): Promise<ExplorationDocument> {
  if (shard) return exploredShard(situation, shard, knowing, options);
  const { SAMPLING_MODES, sampleSchedules } = await import('../engines/sampling.js');
  const { explorationDocument, samplingDocument } = await import('../report/explorationDocument.js');
  const { environment } = await import('./environment.js');
  const mode = oneOf('mode', typed, ['exhaustive', ...SAMPLING_MODES]);
  if (mode === 'exhaustive') {
    const { explore } = await import('../engines/exploration.js');
    return explorationDocument(situation, options, await explore(situation, options), environment());
  }
  const sampling = { ...options, mode, seed, maxExecutions: executions, depth: bugDepth };
  return samplingDocument(situation, sampling, await sampleSchedules(situation, sampling), environment());
}
