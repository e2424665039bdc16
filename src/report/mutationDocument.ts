/** From mutations to their document. */
import type { Mutation } from '../engines/mutation.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import type { MutationDocument } from './mutationSchema.js';

export function mutationDocument(
  mutations: readonly Mutation[],
  seconds: number,
  env: EnvironmentDocument,
): MutationDocument {
  const count = (verdict: Mutation['verdict']): number =>
    mutations.filter((mutation) => mutation.verdict === verdict).length;
  return {
    schema: 'coresync.mutation/1',
    mutations: mutations.map(({ reason, noticed, undecided, ...mutation }) => ({
      ...mutation,
      noticed: noticed.map((one) => ({ ...one })),
      undecided: [...undecided],
      ...(reason !== undefined && { reason }),
    })),
    survivors: count('survivor'),
    undecided: count('undecided'),
    seconds,
    env,
  };
}
