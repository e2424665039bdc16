/** Spaces of random programs, under every memory model, both granularities, and four policies, one of them the unsafe control. */
import fc from 'fast-check';
import type { SpaceParts } from '../../src/explore/space.js';
import { partsOf } from './outcomes.js';
import { programs } from './programs.js';
import { hazardOf, situationOf } from './situations.js';

/** @param check throws where something is wrong. */
export async function inRandomSpaces(
  { numRuns, seed }: { readonly numRuns: number; readonly seed: number },
  check: (parts: SpaceParts) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      programs,
      fc.constantFrom('mainline', 'none', 'deferred-cpu', 'every-exit'),
      fc.constantFrom('visible' as const, 'access' as const),
      fc.constantFrom('sc' as const, 'tso' as const, 'pso' as const, 'rmo' as const),
      async (tasks, policy, granularity, memory) => {
        const scenario = hazardOf(tasks, { processes: ['jit', 'other'] });
        const situation = await situationOf({ scenario, policy });
        check(partsOf(situation, { fetching: 'any-time', granularity, memory }));
      },
    ),
    { numRuns, seed },
  );
}
