/** A thread that has run the new code announces it, before the writer's cache maintenance is done. */
import { EXECUTED_VERSIONS } from './executedVersions.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...EXECUTED_VERSIONS,
  name: 'relay',
  title: 'a thread executes the new code and tells another one, which serializes and executes the old',
  story:
    'A writer stores the new code and does the cache maintenance. A second thread executes the new code and sets a ' +
    'flag; a third sees the flag, serializes and executes. Having run the new code does not prove that the writer is ' +
    'done: an invalidate that has not happened yet leaves the old line in the icache of the third cpu.',
  source:
    'litmus test WRC-inst of "ARMv8-A system semantics: instruction fetch in relaxed architectures", ESOP 2020',
  forbidden: { relayed: 1, executed: 0 },
  tasks: [
    {
      name: 'writer',
      process: 'jit',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'store-part', site: 'hot', part: 0 },
            { op: 'clean', site: 'hot' },
            { op: 'invalidate', site: 'hot' },
          ],
        },
      ],
    },
    {
      name: 'relay',
      process: 'jit',
      on: 'second',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call-into', site: 'hot', into: 'relayed' },
            { op: 'set', variable: 'told', to: 1 },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'third',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'told', atLeast: 1 },
            { op: 'serialize' },
            { op: 'call-into', site: 'hot', into: 'executed' },
          ],
        },
      ],
    },
  ],
  defaults: { ...EXECUTED_VERSIONS.defaults, cpus: 3 },
};
