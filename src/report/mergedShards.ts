/** The shards of one exploration, put together again.
 *
 *  It is forbidden only where every shard is there, every one has searched its part, and all of them know the same words to
 *  be shared: what a shard takes for private is no choice to it, and it splits the space by its choices. A violation is
 *  one whatever the other shards say. */
import { allShared, knowsConflicts } from '../explore/sharing.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import type { ExplorationDocument } from './explorationSchema.js';

export type ShardDocument = ExplorationDocument & {
  readonly shard: NonNullable<ExplorationDocument['shard']>;
};

type Verdict = Pick<ExplorationDocument, 'outcome' | 'complete' | 'stoppedBy' | 'witness'>;
type Merged = NonNullable<ExplorationDocument['merged']>;

/** @param shards at least one; of the same machine, each of them once. */
export function mergedShards(
  shards: readonly ShardDocument[],
  env: EnvironmentDocument,
): ExplorationDocument & { readonly merged: Merged } {
  const { shard, witness: _, ...first } = shards[0]!;
  const all = allShared(shards.map((one) => one.shard.sharing));
  const those = (is: (one: ShardDocument) => boolean): number[] =>
    shards
      .filter(is)
      .map((one) => one.shard.index)
      .sort((a, b) => a - b);
  const there = new Set(those(() => true));
  const merged: Merged = {
    of: shard.of,
    missing: Array.from({ length: shard.of }, (_, i) => i + 1).filter((index) => !there.has(index)),
    ended: those(({ stoppedBy }) => stoppedBy !== 'end-of-shard' && stoppedBy !== 'violation'),
    unaware: those((one) => !knowsConflicts(one.shard.sharing, all)),
  };
  const sum = (count: (one: ShardDocument) => number): number =>
    shards.reduce((total, one) => total + count(one), 0);
  return {
    ...first,
    ...verdict(shards, merged),
    executions: sum((one) => one.executions),
    steps: sum((one) => one.steps),
    states: sum((one) => one.states ?? 0),
    repetitions: sum((one) => one.repetitions ?? 1),
    depth: Math.max(...shards.map((one) => one.depth)),
    seconds: sum((one) => one.seconds),
    merged,
    env,
  };
}

function verdict(shards: readonly ShardDocument[], { missing, ended, unaware }: Merged): Verdict {
  const [wrong] = shards
    .filter(({ outcome }) => outcome === 'allowed')
    .sort((a, b) => lengthOf(a) - lengthOf(b) || a.shard.index - b.shard.index);
  if (wrong) {
    const { witness } = wrong;
    return { outcome: 'allowed', complete: true, stoppedBy: 'violation', ...(witness && { witness }) };
  }
  const open = (stoppedBy: ExplorationDocument['stoppedBy']): Verdict => ({
    outcome: 'not-found-within-the-bound',
    complete: false,
    stoppedBy,
  });
  if (missing.length > 0) return open('shard-missing');
  const bounded = shards.find((one) => one.shard.index === ended[0]);
  if (bounded) return open(bounded.stoppedBy);
  if (unaware.length > 0) return open('sharing-differs');
  return { outcome: 'forbidden', complete: true, stoppedBy: 'exhausted' };
}

function lengthOf({ witness }: ShardDocument): number {
  return witness?.length ?? Number.POSITIVE_INFINITY;
}
