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
  chosenOptions,
  chosenSituation,
  type ExplorationChoices,
  oneOf,
} from './explorationOptions.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { shardOption } from './shardOption.js';

interface Choices extends ExplorationChoices {
  readonly shard?: Shard;
  readonly knowing?: readonly string[];
  readonly mode: string;
  readonly seed: number;
  readonly bugDepth: number;
}

const MAX_WORKERS = 64;
/** Executions of random and pct, where nothing is said. */
const SAMPLES = 10_000;

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
  addExplorationOptions(command, 'coresync.exploration/1')
    .option('--mode <how>', 'exhaustive; or samples: random, pct', 'exhaustive')
    .option('--seed <n>', 'of random and pct', numberOption('seed', { least: 0, most: MAX_SEED }), 1)
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
      'orderings that pct looks for',
      numberOption('bug-depth', { least: 1, most: 10 }),
      3,
    )
    .action(async (scenario: string, choices: Choices) => {
      refuseMixedOptions(choices);
      const options = chosenOptions(choices, session.stopSignal());
      const situation = await chosenSituation(scenario, choices);
      if (situation.unsupported !== undefined) {
        throw new LabError(
          'E_UNSUPPORTED',
          situation.unsupported,
          'Choose another --arch or --protocol.',
          EXIT.couldNotJudge,
        );
      }
      const document = await explored(situation, choices, options);
      const { explorationText } = await import('../report/explorationText.js');
      session.print(choices.json ? `${JSON.stringify(document, null, 2)}\n` : explorationText(document));
      session.endWith(document.stoppedBy === 'interrupted' ? EXIT.interrupted : STATUS[document.outcome]);
    });
}

/** A shard is a part of the exhaustive search of one thread.
 *  @throws {LabError} E_USAGE */
function refuseMixedOptions({ shard, knowing, mode, workers = 1, maxPreemptions }: Choices): void {
  const refuse = (what: string, next: string): never => {
    throw new LabError('E_USAGE', what, next);
  };
  if (mode !== 'exhaustive' && (workers > 1 || maxPreemptions !== undefined)) {
    const option = workers > 1 ? `--workers ${workers}` : '--max-preemptions';
    refuse(
      `${option} means nothing with --mode ${mode}: samples are taken by one thread, without a bound on preemptions`,
      `Leave out ${option}.`,
    );
  }
  if (shard === undefined) {
    if (knowing) refuse('--knowing is given without --shard', 'Say which shard, as in --shard 1/3.');
    return;
  }
  const cannotMeet = (option: string): never =>
    refuse(
      `--shard cannot be combined with ${option}: a shard is searched in full, by one thread`,
      `Leave out --shard or ${option}.`,
    );
  if (mode !== 'exhaustive') cannotMeet(`--mode ${mode}`);
  if (workers > 1) cannotMeet(`--workers ${workers}`);
  if (maxPreemptions !== undefined) cannotMeet('--max-preemptions');
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
  { mode: typed, seed, executions = SAMPLES, bugDepth, shard, knowing = [] }: Choices,
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
