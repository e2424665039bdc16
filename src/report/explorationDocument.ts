/** From an exploration to its document. */
import type { Exploration, ExplorationOptions, Witness } from '../engines/exploration.js';
import type { Sampling, SamplingOptions } from '../engines/sampling.js';
import type { Situation } from '../engines/situation.js';
import type { Shard } from '../explore/shardAgenda.js';
import { printSchedule } from '../trace/schedule.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import type { ExploredMachine } from './explorationCommand.js';
import type { ExplorationDocument } from './explorationSchema.js';
import { resistance } from './runDocument.js';

type Head = ExploredMachine & Pick<ExplorationDocument, 'schema' | 'seconds' | 'witness' | 'env'>;

/** What both kinds of exploration have in common. */
interface Explored {
  readonly situation: Situation;
  readonly options: Pick<ExplorationOptions, 'memory' | 'from' | 'fetching'>;
  readonly seconds: number;
  readonly witness: Witness | undefined;
  readonly env: EnvironmentDocument;
}

/** @param machine hash of all that decides which space it is. */
export function shardDocument(
  situation: Situation,
  options: ExplorationOptions & { readonly shard: Shard },
  exploration: Exploration,
  { machine, env }: { readonly machine: string; readonly env: EnvironmentDocument },
): ExplorationDocument {
  const { index, of } = options.shard;
  const { words, interruptible } = exploration.sharing;
  const sharing = { words: words.map((word) => [...word] as [number, number, number]), interruptible };
  return {
    ...explorationDocument(situation, options, exploration, env),
    shard: { index, of, machine, sharing },
  };
}

export function explorationDocument(
  situation: Situation,
  options: ExplorationOptions,
  { outcome, result, seconds, witness, pointsPassed }: Exploration,
  env: EnvironmentDocument,
): ExplorationDocument {
  const { complete, stoppedBy, executions, steps, states, repetitions, depth } = result;
  const neverPassed = situation.spec.without.filter((id) => !pointsPassed.includes(id));
  // With several workers, only what one of them has passed is known.
  const isKnown = outcome === 'forbidden' && (options.workers ?? 1) === 1;
  return {
    ...head({ situation, options, seconds, witness, env }),
    ...(isKnown && neverPassed.length > 0 && { neverPassed }),
    mode: 'exhaustive',
    outcome,
    complete,
    stoppedBy,
    executions,
    steps,
    states,
    repetitions,
    depth,
  };
}

export function samplingDocument(
  situation: Situation,
  options: SamplingOptions,
  { outcome, result, seconds, witness, chance }: Sampling,
  env: EnvironmentDocument,
): ExplorationDocument {
  const { executions, steps, depth, stoppedBy } = result;
  return {
    ...head({ situation, options, seconds, witness, env }),
    mode: options.mode,
    seed: options.seed,
    ...(chance && {
      bugDepth: options.depth,
      bugWithin: chance.withinSteps,
      chance: chance.ofOneExecution,
    }),
    outcome,
    complete: outcome === 'allowed',
    stoppedBy,
    executions,
    steps,
    depth,
  };
}

/** What was explored. */
export function situationHead(
  situation: Situation,
  { memory, from, fetching }: Pick<ExplorationOptions, 'memory' | 'from' | 'fetching'>,
): ExploredMachine {
  return {
    scenario: situation.scenario.name,
    arch: situation.profile.name,
    policy: situation.policy.name,
    protocol: situation.protocol.name,
    kernel: situation.spec.config.name,
    cpus: situation.spec.cpus,
    rounds: situation.rounds,
    callsPerRound: situation.callsPerRound,
    placement: situation.placement,
    ...resistance(situation),
    parameters: { ...situation.chosen },
    memory,
    without: [...situation.spec.without],
    from,
    fetching,
  };
}

function head({ situation, options, seconds, witness, env }: Explored): Head {
  return {
    schema: 'coresync.exploration/1',
    ...situationHead(situation, options),
    seconds,
    ...(witness && {
      witness: {
        violation: witness.found.violation.kind,
        schedule: printSchedule(witness.schedule),
        length: witness.steps.length,
        isShortest: witness.isShortest,
        lanes: witness.steps.map(({ cpu, task, what, stations, promised }) => ({
          cpu,
          task,
          what,
          memory: versionOrNull(stations.memory),
          pou: versionOrNull(stations.pou),
          decoded: stations.decoded.map(versionOrNull),
          promised,
        })),
      },
    }),
    env,
  };
}

function versionOrNull(version: number | undefined): number | null {
  return version === undefined || version < 0 ? null : version;
}
