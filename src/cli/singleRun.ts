/** Runs one situation on its engine and prints what came of it.
 *
 *  What was asked for is checked whole before anything is started. */
import { EXIT, type ExitStatus } from '../base/errors.js';
import { availableEngine, memoryModelOn } from '../engines/engines.js';
import { prepareSituation, type Situation } from '../engines/situation.js';
import { type RunSettings, runDocument } from '../report/runDocument.js';
import type { RunDocument } from '../report/runSchema.js';
import { runText } from '../report/runText.js';
import { environment } from './environment.js';
import { exitStatusOf } from './exitStatus.js';
import { knownBarriers, knownPlacement } from './namedChoices.js';
import type { Session } from './session.js';
import { ThreadPools } from './threadPools.js';

export interface RunOptions {
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

const MS_PER_S = 1000;

export async function judgeScenario(
  scenario: string,
  options: RunOptions,
  session: Session,
): Promise<ExitStatus> {
  const { situation, settings } = await prepare(scenario, options);
  const document = await judge(situation, settings, options, session.signal);
  session.print(
    options.json ? `${JSON.stringify(document, null, 2)}\n` : runText(document, situation, session.paint),
  );
  return document.stoppedBy === 'interrupted' ? EXIT.interrupted : exitStatusOf(document.verdict);
}

/** Everything that can be wrong with what was asked for is found here. */
async function prepare(
  scenario: string,
  options: RunOptions,
): Promise<{ readonly situation: Situation; readonly settings: RunSettings }> {
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
