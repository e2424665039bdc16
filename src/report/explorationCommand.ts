/** The command lines that replay a schedule, or search a shard: everything that decides which machine it is, whatever the
 *  defaults are. */
import type { ExplorationDocument } from './explorationSchema.js';

export type ExploredMachine = Pick<
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

/** Single quotes: a shell takes `!1` between double ones for a command of its history. */
export function replayCommand(at: ExploredMachine, schedule: string): string {
  return `coresync replay ${at.scenario} ${optionsOf(at)} '${schedule}'`;
}

/** @param which as in `1/3`.
 *  @param knowing documents of other shards. */
export function shardCommand(at: ExploredMachine, which: string, knowing: readonly string[]): string {
  const known = knowing.length > 0 ? ` --knowing ${knowing.join(' ')}` : '';
  return `coresync explore ${at.scenario} ${optionsOf(at)} --shard ${which}${known} --json`;
}

function optionsOf(at: ExploredMachine): string {
  return [
    `--arch ${at.arch} --policy ${at.policy} --kernel ${at.kernel} --protocol ${at.protocol}`,
    ...(at.overlay ? [`--overlay ${at.overlay}`] : []),
    ...(at.reaction ? [`--reaction ${at.reaction}`] : []),
    `--cpus ${at.cpus} --rounds ${at.rounds} --calls ${at.callsPerRound} --placement ${at.placement}`,
    ...Object.entries(at.parameters).map(([name, value]) => `-p ${name}=${value}`),
    // Not last: an option that takes several ids would take the schedule for one.
    ...at.without.map((id) => `--without ${id}`),
    `--memory ${at.memory} --from ${at.from} --fetching ${at.fetching}`,
  ].join(' ');
}
