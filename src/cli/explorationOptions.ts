/** The options that `explore`, `replay` and `shrink` have in common: a schedule means something only with the same ones. And
 *  the bounds, of those that search. */
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import type { ExplorationOptions } from '../engines/exploration.js';
import type { Situation } from '../engines/situation.js';
import { MEMORY_MODELS } from '../hw/memoryModel.js';
import { numberOption } from './numberOption.js';
import { type Parameters, parameterOption } from './parameterOption.js';

export interface ExplorationChoices {
  readonly arch?: string;
  readonly policy?: string;
  readonly kernel?: string;
  readonly protocol?: string;
  readonly overlay?: string;
  readonly reaction?: string;
  readonly cpus?: number;
  readonly rounds: number;
  readonly calls: number;
  readonly placement?: string;
  readonly parameter?: Parameters;
  readonly memory: string;
  readonly without?: readonly string[];
  readonly from: string;
  readonly fetching: string;
  readonly json?: true;
}

/** Of a search; each command has some of them. */
export interface BoundChoices {
  readonly timeLimit?: number;
  readonly maxStates?: number;
  readonly executions?: number;
  readonly maxPreemptions?: number;
  readonly workers?: number;
}

const MAX_EXPLORED_CPUS = 8;
const MAX_EXPLORED_ROUNDS = 100;
const DEFAULT_TIME_LIMIT = 120;
const DEFAULT_MAX_STATES = 50_000_000;
const MS_PER_S = 1000;

/** @param schema of what `--json` prints. */
export function addExplorationOptions(command: Command, schema: string): Command {
  return command
    .option('--arch <profile>', 'architecture profile')
    .option('--policy <name>', 'serialization policy of the kernel')
    .option('--kernel <preset>', 'kernel preset, such as 5.4 or 6.x')
    .option('--protocol <name>', 'publication protocol of the JIT')
    .option('--overlay <name>', 'a kernel that says no, or lies, when membarrier is called')
    .option('--reaction <name>', 'what the JIT does about errors; ignore where left out')
    .option('--cpus <n>', 'simulated cpus', numberOption('cpus', { least: 2, most: MAX_EXPLORED_CPUS }))
    .option('--rounds <n>', 'patches', numberOption('rounds', { least: 1, most: MAX_EXPLORED_ROUNDS }), 1)
    .option(
      '--calls <n>',
      'calls per round',
      numberOption('calls', { least: 1, most: MAX_EXPLORED_ROUNDS }),
      1,
    )
    .option('--placement <where>', 'of the patch site: within-word, across-word, across-line')
    .option('-p, --parameter <name=value>', 'a parameter of the scenario; may be repeated', parameterOption)
    .option('--memory <model>', 'how far stores and loads may be out of order: sc, tso, pso, rmo', 'sc')
    .option('--without <id...>', 'barriers and serialization points to leave out')
    .option('--from <where>', 'where exploration begins: boot, rounds', 'rounds')
    .option('--fetching <when>', 'when cpus may fetch code: any-time, on-execution', 'any-time')
    .option('--json', `print one document, ${schema}`);
}

export function addTimeLimit(command: Command): Command {
  return command.option(
    '--time-limit <s>',
    'bound on the search',
    numberOption('time-limit', { least: 1, most: 86_400, unit: 's' }),
    DEFAULT_TIME_LIMIT,
  );
}

/** @throws {LabError} E_UNKNOWN_NAME, E_UNSUPPORTED, E_OWN_CODE */
export async function chosenSituation(scenario: string, choices: ExplorationChoices): Promise<Situation> {
  const { prepareSituation } = await import('../engines/situation.js');
  const { knownBarriers, knownPlacement } = await import('./namedChoices.js');
  const { arch, policy, kernel, protocol, overlay, reaction, cpus, rounds, calls } = choices;
  const situation = await prepareSituation({
    scenario,
    arch,
    policy,
    kernel,
    protocol,
    overlay,
    reaction,
    cpus,
    rounds,
    callsPerRound: calls,
    placement: knownPlacement(choices.placement),
    without: knownBarriers(choices.without),
    chosen: choices.parameter,
  });
  if (situation.unsupported !== undefined) {
    const next = 'Choose another --arch or --protocol.';
    throw new LabError('E_UNSUPPORTED', situation.unsupported, next, EXIT.couldNotJudge);
  }
  if (situation.program === undefined) return situation;
  throw new LabError(
    'E_OWN_CODE',
    `${scenario} calls a function of your own, which has a memory of its own that no schedule can take back`,
    `Run it: coresync run ${scenario}. To explore its patch points, make them sites without code.`,
    EXIT.couldNotJudge,
  );
}

export function chosenOptions(
  choices: ExplorationChoices & BoundChoices,
  signal: AbortSignal,
): ExplorationOptions {
  return {
    memory: oneOf('memory model', choices.memory, MEMORY_MODELS),
    from: oneOf('beginning', choices.from, ['boot', 'rounds']),
    fetching: oneOf('way of fetching', choices.fetching, ['any-time', 'on-execution']),
    maxStates: choices.maxStates ?? DEFAULT_MAX_STATES,
    maxExecutions: choices.executions ?? Number.POSITIVE_INFINITY,
    maxPreemptions: choices.maxPreemptions,
    workers: choices.workers,
    timeLimitMs: (choices.timeLimit ?? DEFAULT_TIME_LIMIT) * MS_PER_S,
    signal,
    clock: () => performance.now(),
  };
}

/** @throws {LabError} E_UNKNOWN_NAME */
export function oneOf<const Name extends string>(kind: string, typed: string, known: readonly Name[]): Name {
  const name = known.find((candidate) => candidate === typed);
  if (name === undefined) throw unknownName(kind, typed, known);
  return name;
}
