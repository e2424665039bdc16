/** New code, then old code again: an icache that is not coherent may hold both. */
import { EXECUTED_VERSIONS } from './executedVersions.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...EXECUTED_VERSIONS,
  name: 'flip-flop',
  title: 'one site executed twice with no maintenance: the new code, then the old',
  story:
    'A writer replaces the code with one store, and does nothing else. A thread executes it twice. An icache that is ' +
    'not coherent may hold a copy of the old line beside the new one, and serve each fetch from either: having seen ' +
    'the new code is no promise of seeing it again.',
  source:
    'litmus test CoFF of "ARMv8-A system semantics: instruction fetch in relaxed architectures", ESOP 2020',
  forbidden: { first: 1, second: 0 },
  tasks: [
    {
      name: 'writer',
      process: 'jit',
      on: 'first',
      program: [{ op: 'rounds', body: [{ op: 'store-part', site: 'hot', part: 0 }] }],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'second',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call-into', site: 'hot', into: 'first' },
            { op: 'call-into', site: 'hot', into: 'second' },
          ],
        },
      ],
    },
  ],
};
