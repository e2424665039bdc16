/** A situation: one scenario on one architecture under one policy with one protocol, checked and ready to boot.
 *
 *  Everything that can be wrong with what a user asked for is found here, before anything is started. */
import {
  anything,
  aRecord,
  aString,
  type Checks,
  checkOptions,
  inRange,
  oneOf,
  strings,
} from '../base/given.js';
import { unknownName } from '../base/nearest.js';
import type { OutlinedProgram } from '../hw/outlinedCode.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import { emitFetchUnits, type FetchUnit } from '../jit/fetchUnit.js';
import { PLACEMENTS, type Placement } from '../jit/placement.js';
import type { PublicationProtocol } from '../jit/protocol.js';
import type { Reaction } from '../jit/reaction.js';
import { orderingPoints } from '../kernel/boot.js';
import { kernelPreset, ownKernel } from '../kernel/kernelPresets.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import type { KernelOverlay } from '../kernel/overlay.js';
import type { SerializationPolicy } from '../kernel/serializationPolicy.js';
import { assemble } from '../scenarios/assemble.js';
import { callsSyncCore } from '../scenarios/expectation.js';
import type { Scenario, SiteSpec } from '../scenarios/scenario.js';
import { minimumCpus } from '../scenarios/taskPlacement.js';
import { loadOverlay, loadPolicy, loadProfile, loadReaction } from './catalogue.js';
import { chosenProtocol } from './chosenProtocol.js';
import { chosenScenario } from './chosenScenario.js';
import { MAX_CPUS, MAX_ROUNDS } from './limits.js';
import { outlinedProgram } from './ownCode.js';

/** What a user may choose; what is left out is the scenario's default. */
export interface SituationRequest {
  /** A name of the catalogue, or the path of a scenario file. */
  readonly scenario: string;
  readonly arch?: string | undefined;
  readonly policy?: string | undefined;
  /** Kernel preset; the policy's own where it has one, today's otherwise. */
  readonly kernel?: string | undefined;
  /** A name of the catalogue, or the path of a protocol file. */
  readonly protocol?: string | undefined;
  readonly cpus?: number | undefined;
  readonly rounds?: number | undefined;
  readonly callsPerRound?: number | undefined;
  readonly placement?: Placement | undefined;
  readonly without?: readonly string[] | undefined;
  /** What is laid over the kernel; nothing where left out. */
  readonly overlay?: string | undefined;
  /** What the JIT does when the kernel says no; nothing where left out. */
  readonly reaction?: string | undefined;
  /** Of the scenario's own parameters. */
  readonly chosen?: Readonly<Record<string, number>> | undefined;
}

export interface Situation {
  readonly scenario: Scenario;
  readonly profile: ArchitectureProfile;
  readonly policy: SerializationPolicy;
  readonly protocol: PublicationProtocol;
  /** What is laid over the kernel, where something is. */
  readonly overlay?: KernelOverlay | undefined;
  /** What the JIT does when the kernel says no, where it does something. */
  readonly reaction?: Reaction | undefined;
  readonly rounds: number;
  readonly callsPerRound: number;
  readonly placement: Placement;
  /** Of the scenario's own parameters, those that were chosen. */
  readonly chosen?: Readonly<Record<string, number>>;
  readonly spec: MachineSpec;
  /** Why the situation cannot be judged here; undefined where it can. */
  readonly unsupported: string | undefined;
  readonly images: readonly FetchUnit[];
  /** Functions of the user's own; undefined where a call of a site calls its unit and nothing else. */
  readonly program?: OutlinedProgram | undefined;
}

/* The range of a number depends on the scenario. */
const REQUEST_CHECKS: Checks<SituationRequest> = {
  scenario: aString,
  arch: aString,
  policy: aString,
  kernel: aString,
  protocol: aString,
  cpus: anything,
  rounds: anything,
  callsPerRound: anything,
  placement: oneOf(PLACEMENTS),
  without: strings,
  overlay: aString,
  reaction: aString,
  chosen: aRecord,
};

/** @throws {LabError} for an unknown name or key, a value of the wrong kind, a number out of range, an unknown barrier id. */
export async function prepareSituation(request: SituationRequest): Promise<Situation> {
  checkOptions<SituationRequest>('SituationRequest', request, REQUEST_CHECKS);
  aString('scenario', request.scenario);
  const scenario = await chosenScenario(request.scenario);
  const { defaults } = scenario;
  const [profile, policy, protocol, reaction, overlay] = await Promise.all([
    loadProfile(request.arch ?? defaults.arch),
    loadPolicy(request.policy ?? defaults.policy),
    chosenProtocol(request.protocol ?? defaults.protocol),
    request.reaction === undefined ? undefined : loadReaction(request.reaction),
    request.overlay === undefined ? undefined : loadOverlay(request.overlay),
  ]);
  const cpus = inRange('cpus', request.cpus ?? defaults.cpus, minimumCpus(scenario), MAX_CPUS);
  const rounds = inRange('rounds', request.rounds ?? defaults.rounds, 0, MAX_ROUNDS);
  const callsPerRound = inRange(
    'callsPerRound',
    request.callsPerRound ?? defaults.callsPerRound,
    1,
    MAX_ROUNDS,
  );
  const placement = request.placement ?? defaults.placement;
  const without = request.without ?? [];
  const chosen = knownParameters(scenario, request.chosen ?? {});
  const kernel = request.kernel === undefined ? ownKernel(policy) : kernelPreset(request.kernel);
  // Only where something may end a process: a wait that can be ended costs an access more.
  const waits = overlay || reaction ? 'killable' : kernel.waits;
  const config = { ...(overlay ? overlay.over(kernel) : kernel), waits } as const;
  orderingPoints(config, without);

  const program = await outlinedProgram(scenario);
  const images = await Promise.all(
    scenario.sites.map((site) =>
      unitFor(site, typeof site.placement === 'string' ? site.placement : placement),
    ),
  );
  const registers = overlay?.registers ?? 'as-programmed';
  const parameters = {
    cpus,
    rounds,
    callsPerRound,
    placement,
    without,
    chosen,
    registers,
    ...(reaction && { reaction }),
  };
  const spec = assemble(scenario, parameters, profile, config, protocol, images);
  const unsupported =
    callsSyncCore(scenario, protocol) && !profile.membarrierSyncCore
      ? `${profile.name} has no membarrier SYNC_CORE, which protocol ${protocol.name} calls`
      : undefined;
  return {
    scenario,
    profile,
    policy,
    protocol,
    overlay,
    reaction,
    rounds,
    callsPerRound,
    placement,
    chosen,
    spec,
    unsupported,
    images,
    program,
  };
}

const units = new Map<string, Promise<FetchUnit>>();

/** Units are the same for every run with the same sites; they are built once. */
function unitFor({ name, breakpoint }: SiteSpec, placement: Placement): Promise<FetchUnit> {
  const key = `${name}/${placement}/${breakpoint ? 'breakpoint' : ''}`;
  let unit = units.get(key);
  if (!unit) {
    unit = emitFetchUnits([
      { name, placement, work: { iterations: 0 }, ...(breakpoint && { breakpoint }) },
    ]).then(([built]) => built!);
    units.set(key, unit);
  }
  return unit;
}

/** @throws {LabError} E_UNKNOWN_NAME, E_RANGE */
function knownParameters(
  scenario: Scenario,
  chosen: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const declared = scenario.parameters ?? {};
  for (const [name, value] of Object.entries(chosen)) {
    const parameter = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!parameter) throw unknownName(`parameter of ${scenario.name}`, name, Object.keys(declared));
    inRange(name, value, parameter.least, parameter.most);
  }
  return chosen;
}
