/** The command line that replays a schedule: everything that gives its steps a meaning, whatever the defaults are. */
import type { ExplorationDocument } from './explorationSchema.js';

export type Replayed = Pick<
  ExplorationDocument,
  | 'scenario'
  | 'arch'
  | 'policy'
  | 'kernel'
  | 'protocol'
  | 'overlay'
  | 'reaction'
  | 'cpus'
  | 'rounds'
  | 'callsPerRound'
  | 'placement'
  | 'parameters'
  | 'without'
  | 'memory'
  | 'from'
  | 'fetching'
>;

export function replayCommand(at: Replayed, schedule: string): string {
  return [
    `coresync replay ${at.scenario}`,
    `--arch ${at.arch} --policy ${at.policy} --kernel ${at.kernel} --protocol ${at.protocol}`,
    ...(at.overlay ? [`--overlay ${at.overlay}`] : []),
    ...(at.reaction ? [`--reaction ${at.reaction}`] : []),
    `--cpus ${at.cpus} --rounds ${at.rounds} --calls ${at.callsPerRound} --placement ${at.placement}`,
    ...Object.entries(at.parameters).map(([name, value]) => `-p ${name}=${value}`),
    // Not last: an option that takes several ids would take the schedule for one.
    ...at.without.map((id) => `--without ${id}`),
    `--memory ${at.memory} --from ${at.from} --fetching ${at.fetching} "${schedule}"`,
  ].join(' ');
}
