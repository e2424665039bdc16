/** A run in virtual time. */
import { ASSUMED_COSTS } from '../../hw/costProfile.js';
import { loadRunLoop } from '../runLoop.js';
import { type RunResult, summarize, unsupportedResult } from '../runResult.js';
import type { Situation } from '../situation.js';
import { STOP, type Stop } from '../stop.js';
import { type Halt, VirtualMachine } from './virtualMachine.js';

export interface VirtualOptions {
  readonly seed: number;
  /** Bound on the accesses of a run. */
  readonly maxSteps: number;
}

export const DEFAULT_VIRTUAL_OPTIONS: VirtualOptions = { seed: 1, maxSteps: 100_000_000 };

const STOP_OF = {
  finished: STOP.finished,
  deadlock: STOP.deadlock,
  'step-limit': STOP.stepLimit,
  fault: STOP.fault,
  condition: STOP.no,
} as const satisfies Record<Halt, Stop>;

export async function runVirtual(situation: Situation, options: VirtualOptions): Promise<RunResult> {
  if (situation.unsupported !== undefined) return unsupportedResult(situation.unsupported);
  const machine = new VirtualMachine({
    spec: situation.spec,
    policy: situation.policy,
    images: situation.images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs: ASSUMED_COSTS,
    seed: options.seed,
  });
  const halt = machine.run(options.maxSteps);
  return {
    ...summarize(machine.words, machine.layout.kernel, situation.spec, machine.judge.tally, STOP_OF[halt]),
    evidence: machine.evidence,
    oversubscribed: false,
    elapsedMs: undefined,
    cycles: machine.cycles,
  };
}
