/** A run in virtual time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { anything, type Checks, checkOptions, oneOf, wholeNumber } from '../../base/given.js';
import { inCycles } from '../../hw/costProfile.js';
import { costProfile as GENERIC_COSTS } from '../../hw/costs/generic-x86-64.js';
import { HARDWARE, type Hardware } from '../../hw/refresh.js';
import type { Timeline } from '../../trace/timeline.js';
import { MAX_SEED } from '../limits.js';
import { loadRunLoop } from '../runLoop.js';
import { type RunResult, summarize, unsupportedResult } from '../runResult.js';
import type { Situation } from '../situation.js';
import { STOP, type Stop } from '../stop.js';
import { type Halt, VirtualMachine } from './virtualMachine.js';

export interface VirtualOptions {
  readonly seed: number;
  readonly hardware: Hardware;
  /** Bound on the accesses of a run. */
  readonly maxSteps: number;
  /** Where what happens is recorded, in cycles; nowhere where left out. */
  readonly timeline?: Timeline | undefined;
  /** Ends the run early. A TimeoutError as its reason is a time limit, all else an interruption. */
  readonly signal?: AbortSignal | undefined;
}

export const DEFAULT_VIRTUAL_OPTIONS: VirtualOptions = {
  seed: 1,
  hardware: 'adversarial',
  maxSteps: 100_000_000,
};

const STOP_OF = {
  finished: STOP.finished,
  deadlock: STOP.deadlock,
  'step-limit': STOP.stepLimit,
  fault: STOP.fault,
  condition: STOP.no,
} as const satisfies Record<Halt, Stop>;

const OPTION_CHECKS: Checks<VirtualOptions> = {
  seed: wholeNumber(0, MAX_SEED),
  hardware: oneOf(HARDWARE),
  maxSteps: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  timeline: anything,
  signal: anything,
};

/** Accesses between two looks at the signal. */
const SLICE_STEPS = 50_000;

/** @param options those that are left out are DEFAULT_VIRTUAL_OPTIONS.
 *  @throws {LabError} E_RANGE, E_OPTION, E_UNKNOWN_NAME for an option that is not what it should be. */
export async function runVirtual(
  situation: Situation,
  options: Partial<VirtualOptions> = {},
): Promise<RunResult> {
  checkOptions<Partial<VirtualOptions>>('VirtualOptions', options, OPTION_CHECKS);
  const {
    seed = DEFAULT_VIRTUAL_OPTIONS.seed,
    hardware = DEFAULT_VIRTUAL_OPTIONS.hardware,
    maxSteps = DEFAULT_VIRTUAL_OPTIONS.maxSteps,
    timeline,
    signal,
  } = options;
  if (situation.unsupported !== undefined) return unsupportedResult(situation.unsupported);
  const machine = new VirtualMachine({
    spec: situation.spec,
    policy: situation.policy,
    program: situation.program,
    images: situation.images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs: inCycles(GENERIC_COSTS),
    seed,
    hardware,
    timeline,
  });
  const stop = await runInSlices(machine, maxSteps, signal);
  timeline?.finish(machine.cycles);
  return {
    ...summarize(machine.words, machine.layout.kernel, situation.spec, machine.judge.tally, stop),
    evidence: machine.evidence,
    oversubscribed: false,
    elapsedMs: undefined,
    cycles: machine.cycles,
  };
}

/** The process can take a signal between two slices only. */
async function runInSlices(
  machine: VirtualMachine,
  maxSteps: number,
  signal: AbortSignal | undefined,
): Promise<Stop> {
  for (let left = maxSteps; left > 0; left -= SLICE_STEPS) {
    const halt = machine.run(Math.min(SLICE_STEPS, left));
    if (halt !== 'step-limit') return STOP_OF[halt];
    await nextTurn();
    if (signal?.aborted) return isTimeout(signal.reason) ? STOP.timeLimit : STOP.interrupted;
  }
  return STOP.stepLimit;
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.code === DOMException.TIMEOUT_ERR;
}
