/** A plan of exact measurements: workloads x policies x parameters, run one after the other. */
import { EXIT, LabError } from '../base/errors.js';
import { type CostProfile, type CycleCosts, inCycles } from '../hw/costProfile.js';
import { LATEST_KERNEL } from '../kernel/kernelPresets.js';
import { loadWorkload } from './catalogue.js';
import { prepareSituation } from './situation.js';
import { DEFAULT_MAX_STEPS, type Measurement, measureVirtual } from './virtual/measure.js';

export interface Plan {
  readonly workloads: readonly string[];
  readonly policies: readonly string[];
  /** The workload's own where left out. */
  readonly arch?: string | undefined;
  /** Kernel preset, the same for every policy so that they can be compared; today's where left out. */
  readonly kernel?: string | undefined;
  /** Values of each parameter; `cpus`, `rounds` and `calls` are the ones that every workload has. */
  readonly sweep: Readonly<Record<string, readonly number[]>>;
  readonly costs: CostProfile;
  readonly seed: number;
}

export interface PlannedMeasurement {
  readonly workload: string;
  readonly policy: string;
  readonly arch: string;
  readonly cpus: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly measurement: Measurement;
}

export const DEFAULT_CPUS = [2, 8, 64] as const;

const COMMON = ['cpus', 'rounds', 'calls'];

/** @throws {LabError} for whatever cannot be measured: an unknown name, a number out of range. */
export async function* measurements(plan: Plan): AsyncGenerator<PlannedMeasurement> {
  const costs: CycleCosts = inCycles(plan.costs);
  for (const name of plan.workloads) {
    const workload = await loadWorkload(name);
    const own = Object.keys(workload.parameters ?? {});
    const sweep = Object.fromEntries(
      Object.entries(plan.sweep).filter(([key]) => COMMON.includes(key) || own.includes(key)),
    );
    for (const values of combinations({ cpus: DEFAULT_CPUS, ...sweep })) {
      const { cpus = 2, rounds, calls, ...chosen } = values;
      for (const policy of plan.policies) {
        const situation = await prepareSituation({
          scenario: name,
          policy,
          arch: plan.arch,
          kernel: plan.kernel ?? LATEST_KERNEL.name,
          cpus,
          rounds,
          callsPerRound: calls,
          chosen,
        });
        if (situation.unsupported !== undefined) {
          throw new LabError(
            'E_UNSUPPORTED',
            situation.unsupported,
            'Choose another --arch.',
            EXIT.couldNotJudge,
          );
        }
        const measurement = await measureVirtual(situation, {
          workload,
          chosen,
          costs,
          seed: plan.seed,
          maxSteps: DEFAULT_MAX_STEPS,
        });
        const { cpus: _, ...parameters } = values;
        yield { workload: name, policy, arch: situation.profile.name, cpus, parameters, measurement };
      }
    }
  }
}

/** @throws {LabError} where a parameter is one that none of the workloads has. */
export async function checkSweep({ workloads, sweep }: Pick<Plan, 'workloads' | 'sweep'>): Promise<void> {
  const loaded = await Promise.all(workloads.map(loadWorkload));
  const known = new Set([...COMMON, ...loaded.flatMap((workload) => Object.keys(workload.parameters ?? {}))]);
  for (const name of Object.keys(sweep)) {
    if (known.has(name)) continue;
    throw new LabError('E_UNKNOWN_NAME', `unknown parameter '${name}'`, `Known: ${[...known].join(', ')}.`);
  }
}

/** Every choice of one value each, the last parameter changing fastest. */
function combinations(sweep: Readonly<Record<string, readonly number[]>>): Record<string, number>[] {
  return Object.entries(sweep).reduce<Record<string, number>[]>(
    (chosen, [key, values]) => chosen.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}
