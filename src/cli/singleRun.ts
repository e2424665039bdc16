/** Runs one situation on its engine and prints what came of it.
 *
 *  What was asked for is checked whole before anything is started. */
import { EXIT, type ExitStatus } from '../base/errors.js';
import { availableEngine, type Engine, memoryModelOn } from '../engines/engines.js';
import { type PartlySeen, unsupportedResult } from '../engines/runResult.js';
import { prepareSituation, type Situation } from '../engines/situation.js';
import type { WatchOptions } from '../engines/watchdog.js';
import type { Hardware } from '../hw/refresh.js';
import { type RunSettings, runDocument } from '../report/runDocument.js';
import type { RunDocument } from '../report/runSchema.js';
import { runText } from '../report/runText.js';
import type { Timeline } from '../trace/timeline.js';
import { environment } from './environment.js';
import { exitStatusOf } from './exitStatus.js';
import { refuseWhatHostDecides } from './hostDecides.js';
import { knownBarriers, knownHardware, knownPlacement } from './namedChoices.js';
import type { Parameters } from './parameterOption.js';
import { prepareTrace, type RunTrace, writeTrace } from './runTrace.js';
import type { Session } from './session.js';
import { ThreadPools } from './threadPools.js';
import { withoutEffect } from './withoutEffect.js';

export interface RunOptions {
  readonly engine: string;
  readonly arch?: string;
  readonly policy?: string;
  readonly kernel?: string;
  readonly protocol?: string;
  readonly overlay?: string;
  readonly reaction?: string;
  readonly parameter?: Parameters;
  readonly cpus?: number;
  readonly rounds?: number;
  readonly calls?: number;
  readonly seed?: number;
  readonly memory?: string;
  readonly hardware?: string;
  readonly placement?: string;
  readonly without?: readonly string[];
  readonly startTimeout?: number;
  readonly timeLimit?: number;
  readonly trace?: string;
  readonly json?: true;
}

const MS_PER_S = 1000;
const DEFAULT_HARDWARE: Hardware = 'adversarial';
const DEFAULT_SEED = 0;

export async function judgeScenario(
  scenario: string,
  options: RunOptions,
  session: Session,
): Promise<ExitStatus> {
  const { situation, settings, trace } = await prepare(scenario, options);
  const result = await resultOf(situation, settings, options, session.stopSignal(), trace?.timeline);
  const run = await runDocument(situation, settings, result, environment());
  // Nothing happened in a situation that is not supported, and the verdict says why.
  const print = (document: RunDocument): void =>
    session.print(
      options.json ? `${JSON.stringify(document, null, 2)}\n` : runText(document, situation, session.paint),
    );
  let document = run;
  try {
    if (trace && run.verdict !== 'unsupported') document = { ...run, trace: writeTrace(trace, run) };
  } catch (error) {
    // What was seen is not lost with the file.
    print(run);
    throw error;
  }
  print(document);
  return document.stoppedBy === 'interrupted' ? EXIT.interrupted : exitStatusOf(document.verdict);
}

/** Everything that can be wrong with what was asked for is found here. */
async function prepare(
  scenario: string,
  options: RunOptions,
): Promise<{
  readonly situation: Situation;
  readonly settings: RunSettings;
  readonly trace: RunTrace | undefined;
}> {
  const engine = await availableEngine(options.engine);
  if (options.startTimeout !== undefined && engine.restsOn === 'nothing') {
    throw withoutEffect('--start-timeout', `on engine ${engine.name}, which starts no threads`);
  }
  const memory = memoryModelOn(engine, options.memory);
  const hardware = hardwareOf(options);
  const trace = options.trace === undefined ? undefined : prepareTrace(options.trace, engine);
  const host = engine.restsOn === 'host-kernel' ? await hostOf(engine, options) : undefined;
  const { arch, policy, kernel, protocol, overlay, reaction, cpus, rounds, calls } = options;
  const situation = await prepareSituation({
    scenario,
    arch: host?.arch ?? arch,
    policy,
    kernel,
    protocol,
    overlay,
    reaction,
    cpus,
    rounds,
    callsPerRound: calls,
    placement: knownPlacement(options.placement),
    without: knownBarriers(options.without),
    chosen: options.parameter,
  });
  return {
    situation,
    settings: {
      engine: engine.name,
      seed: options.seed ?? DEFAULT_SEED,
      memory,
      hardware,
      ...host?.settings,
    },
    trace,
  };
}

/** What the host decides instead of who runs the command. @throws {LabError} E_USAGE where they try. */
async function hostOf(
  engine: Engine,
  options: RunOptions,
): Promise<{ readonly arch: string; readonly settings: Pick<RunSettings, 'hardware' | 'kernelOf'> }> {
  const { hostProfile } = await import('../engines/native/hostProfile.js');
  const arch = hostProfile();
  refuseWhatHostDecides(options, engine, arch);
  return { arch, settings: { hardware: 'host', kernelOf: 'host' } };
}

type Runner = (
  situation: Situation,
  options: RunOptions,
  signal: AbortSignal,
  timeline: Timeline | undefined,
) => Promise<PartlySeen>;

/** By engine. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  threads: runOnThreads,
  virtual: runInVirtualTime,
  native: runOnHost,
};

async function resultOf(
  situation: Situation,
  { engine, memory }: RunSettings,
  options: RunOptions,
  signal: AbortSignal,
  timeline: Timeline | undefined,
): Promise<PartlySeen> {
  if (situation.unsupported !== undefined) return unsupportedResult(situation.unsupported);
  const needed = situation.protocol.memory ?? memory;
  if (needed !== memory) {
    return unsupportedResult(
      `the protocol is about memory model ${needed}, and a run has ${memory}; use coresync explore --memory ${needed}`,
    );
  }
  return RUNNERS[engine]!(situation, options, signal, timeline);
}

async function runInVirtualTime(
  situation: Situation,
  options: RunOptions,
  signal: AbortSignal,
  timeline: Timeline | undefined,
): Promise<PartlySeen> {
  const { seed = DEFAULT_SEED, timeLimit } = options;
  const { DEFAULT_VIRTUAL_OPTIONS, runVirtual } = await import('../engines/virtual/run.js');
  const ending = new AbortController();
  const interrupt = (): void => ending.abort(signal.reason);
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  const timer =
    timeLimit === undefined
      ? undefined
      : setTimeout(() => ending.abort(new DOMException('time limit', 'TimeoutError')), timeLimit * MS_PER_S);
  try {
    return await runVirtual(situation, {
      ...DEFAULT_VIRTUAL_OPTIONS,
      seed,
      hardware: hardwareOf(options),
      timeline,
      signal: ending.signal,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  }
}

async function runOnThreads(
  situation: Situation,
  options: RunOptions,
  signal: AbortSignal,
): Promise<PartlySeen> {
  const pools = new ThreadPools();
  try {
    const { seed = DEFAULT_SEED } = options;
    return await pools.run(situation, { seed, hardware: hardwareOf(options), ...bounds(options), signal });
  } finally {
    await pools.close();
  }
}

async function runOnHost(
  situation: Situation,
  options: RunOptions,
  signal: AbortSignal,
): Promise<PartlySeen> {
  const { unsupportedOnHost } = await import('../engines/native/unsupportedOnHost.js');
  const reason = unsupportedOnHost(situation);
  if (reason !== undefined) return unsupportedOnThisHost(reason);
  const { openHostKernel } = await import('../engines/native/hostKernel.js');
  const { DEFAULT_WATCH_OPTIONS } = await import('../engines/watchdog.js');
  const { runNative } = await import('../engines/native/run.js');
  const kernel = await openHostKernel();
  if ('unavailable' in kernel) return unsupportedOnThisHost(kernel.unavailable);
  return runNative(kernel, situation, { ...DEFAULT_WATCH_OPTIONS, ...bounds(options), signal });
}

function unsupportedOnThisHost(reason: string): PartlySeen {
  return { ...unsupportedResult(reason), counters: {}, unseen: 'serializations' };
}

/** @throws {LabError} E_UNKNOWN_NAME */
function hardwareOf({ hardware }: RunOptions): Hardware {
  return knownHardware(hardware ?? DEFAULT_HARDWARE);
}

/** Those that were asked for. */
function bounds({ startTimeout, timeLimit }: RunOptions): Partial<WatchOptions> {
  return {
    ...(startTimeout !== undefined && { startTimeoutMs: startTimeout }),
    ...(timeLimit !== undefined && { timeLimitMs: timeLimit * MS_PER_S }),
  };
}
