/** From an exploration to its document. */
import type { Exploration, ExplorationOptions } from '../engines/exploration.js';
import type { Situation } from '../engines/situation.js';
import { printSchedule } from '../trace/schedule.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import type { ExplorationDocument } from './explorationSchema.js';

export function explorationDocument(
  situation: Situation,
  { memory, from, fetching }: ExplorationOptions,
  { outcome, result, seconds, witness }: Exploration,
  env: EnvironmentDocument,
): ExplorationDocument {
  const { complete, stoppedBy, executions, steps, states, repetitions, depth } = result;
  return {
    schema: 'coresync.exploration/1',
    scenario: situation.scenario.name,
    arch: situation.profile.name,
    policy: situation.policy.name,
    protocol: situation.protocol.name,
    kernel: situation.spec.config.name,
    cpus: situation.spec.cpus,
    rounds: situation.rounds,
    memory,
    without: [...situation.spec.without],
    from,
    fetching,
    outcome,
    complete,
    stoppedBy,
    executions,
    steps,
    states,
    repetitions,
    depth,
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
