/** What the scenarios have in common that forbid an outcome by the versions that were executed: nobody promises
 *  anything, so only the outcome can be wrong, and only exploration can tell whether it can come about.
 *
 *  Source: the litmus tests of instruction fetch, Simner et al., ESOP 2020. */
import type { Hazard } from './scenario.js';

export const EXECUTED_VERSIONS: Pick<
  Hazard,
  'kind' | 'path' | 'judgedBy' | 'registered' | 'processes' | 'sites' | 'defaults'
> = {
  kind: 'hazard',
  path: 'stays-in-user-mode',
  judgedBy: 'exploration',
  registered: 'no',
  processes: ['jit'],
  sites: [{ name: 'hot', placement: 'within-word' }],
  defaults: {
    arch: 'arm64-a01',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 1,
    callsPerRound: 1,
    placement: 'within-word',
  },
};
