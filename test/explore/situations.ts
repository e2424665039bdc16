/** Situations made up in a test: a scenario, policy or kernel that is in no catalogue. */
import { loadPolicy, loadProfile, loadProtocol, loadScenario } from '../../src/engines/catalogue.js';
import {
  DEFAULT_EXPLORATION_OPTIONS,
  type Exploration,
  type ExplorationOptions,
  explore,
} from '../../src/engines/exploration.js';
import type { Situation } from '../../src/engines/situation.js';
import { emitFetchUnits } from '../../src/jit/fetchUnit.js';
import { PLACEMENTS, type Placement } from '../../src/jit/placement.js';
import type { PublicationProtocol } from '../../src/jit/protocol.js';
import type { KernelConfig } from '../../src/kernel/kernelConfig.js';
import { LATEST_KERNEL } from '../../src/kernel/kernelPresets.js';
import type { SerializationPolicy } from '../../src/kernel/serializationPolicy.js';
import { assemble } from '../../src/scenarios/assemble.js';
import type { Hazard, Scenario, TaskSpec } from '../../src/scenarios/scenario.js';

/** What a test varies; the rest is x86-64, mainline, sync-core, today's kernel, one round of one call. */
export interface Request {
  readonly scenario: string | Scenario;
  readonly arch?: string;
  readonly policy?: string | SerializationPolicy;
  readonly kernel?: Partial<KernelConfig>;
  readonly protocol?: string | PublicationProtocol;
  readonly cpus?: number;
  readonly rounds?: number;
  readonly without?: readonly string[];
  readonly placement?: Placement;
}

const PLACEMENT = 'within-word';

const units = emitFetchUnits(
  PLACEMENTS.map((placement) => ({ name: 'hot', placement, work: { iterations: 0 } })),
);

export async function situationOf(request: Request): Promise<Situation> {
  const scenario =
    typeof request.scenario === 'string' ? await loadScenario(request.scenario) : request.scenario;
  const profile = await loadProfile(request.arch ?? 'x86-64');
  const policy =
    typeof request.policy === 'object' ? request.policy : await loadPolicy(request.policy ?? 'mainline');
  const protocol =
    typeof request.protocol === 'object'
      ? request.protocol
      : await loadProtocol(request.protocol ?? 'sync-core');
  const rounds = request.rounds ?? 1;
  const placement = request.placement ?? PLACEMENT;
  const parameters = {
    cpus: request.cpus ?? scenario.defaults.cpus,
    rounds,
    callsPerRound: 1,
    placement,
    without: request.without ?? [],
  } as const;
  const config = { ...LATEST_KERNEL, ...request.kernel };
  const built = await units;
  const images = scenario.sites.map((site) => {
    const own = request.placement ?? (typeof site.placement === 'string' ? site.placement : placement);
    return built.find((unit) => unit.placement === own)!;
  });
  return {
    scenario,
    profile,
    policy,
    protocol,
    rounds,
    callsPerRound: 1,
    placement,
    spec: assemble(scenario, parameters, profile, config, protocol, images),
    unsupported: undefined,
    images,
  };
}

/** No test looks at a clock: states are the only bound. */
export const OPTIONS: ExplorationOptions = {
  ...DEFAULT_EXPLORATION_OPTIONS,
  maxStates: 4_000_000,
  clock: () => 0,
};

export async function explored(
  request: Request,
  options: Partial<ExplorationOptions> = {},
): Promise<Exploration> {
  return explore(await situationOf(request), { ...OPTIONS, ...options });
}

/** A hazard of nothing but its tasks, for exploration only. */
export function hazardOf(
  tasks: readonly TaskSpec[],
  rest: Partial<Pick<Hazard, 'processes' | 'path' | 'registered' | 'offline'>> & {
    readonly cpus?: number;
  } = {},
): Hazard {
  return {
    name: 'made-up',
    kind: 'hazard',
    title: 'made up by a test',
    story: 'made up by a test',
    source: 'test',
    judgedBy: 'exploration',
    path: rest.path ?? 'lazy-return',
    registered: rest.registered ?? 'yes',
    processes: rest.processes ?? ['jit'],
    sites: [{ name: 'hot', placement: PLACEMENT }],
    tasks,
    ...(rest.offline && { offline: rest.offline }),
    defaults: {
      arch: 'x86-64',
      policy: 'mainline',
      protocol: 'sync-core',
      cpus: rest.cpus ?? 2,
      rounds: 1,
      callsPerRound: 1,
      placement: PLACEMENT,
    },
  };
}
