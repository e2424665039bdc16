/** From mutations to their document. */
import { DEFAULT_EXPLORATION_OPTIONS } from '../engines/exploration.js';
import type { Mutation, Noticed } from '../engines/mutation.js';
import { replayCommand } from './explorationCommand.js';
import { situationHead } from './explorationDocument.js';
import type { MutationDocument } from './mutationSchema.js';

export function mutationDocument(
  mutations: readonly Mutation[],
  run: Pick<MutationDocument, 'stoppedBy' | 'seconds' | 'env'>,
): MutationDocument {
  const count = (verdict: Mutation['verdict']): number =>
    mutations.filter((mutation) => mutation.verdict === verdict).length;
  return {
    schema: 'coresync.mutation/1',
    mutations: mutations.map(({ reason, covered, noticed, undecided, passedBy, ...mutation }) => ({
      ...mutation,
      passedBy: [...passedBy],
      noticed: noticed.map((one) => noticedDocument(one)),
      undecided: [...undecided],
      ...(reason !== undefined && { reason }),
      ...(covered !== undefined && { covered: noticedDocument(covered) }),
    })),
    survivors: count('survivor'),
    undecided: count('undecided'),
    ...run,
  };
}

function noticedDocument({
  situation,
  memory,
  ...noticed
}: Noticed): MutationDocument['mutations'][number]['noticed'][number] {
  const { from, fetching } = DEFAULT_EXPLORATION_OPTIONS;
  const at = situationHead(situation, { memory, from, fetching });
  const { scenario, arch, policy, kernel } = at;
  return { scenario, memory, arch, policy, kernel, ...noticed, replay: replayCommand(at, noticed.schedule) };
}
