/** Executors that a timer interrupts often: every interrupt return serializes by itself. */
import type { Workload } from './scenario.js';
import { COMPILE, DEFAULTS, jit, REGISTERED, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'irq-heavy',
  kind: 'workload',
  title: 'executors that are interrupted often while they run the code',
  story:
    'Every cpu but the first calls the code in user mode, and a timer interrupts each cpu many times a second. The interrupt return serializes where the architecture says so, whatever the policy does. The first cpu compiles and patches.',
  source: 'a network server at a high interrupt rate; Linux arch/x86/entry',
  parameters: {
    registered: REGISTERED,
    compile: COMPILE,
    timerHz: { about: 'timer interrupts of a cpu per second', default: 100000, least: 1, most: 1000000 },
    calls: { about: 'calls of a cpu per patch, in thousands', default: 20, least: 1, most: 1000 },
  },
  operation: { title: 'thousand calls', perRound: { parameter: 'calls' }, timesPeers: true },
  timerHz: { parameter: 'timerHz' },
  processes: ['jit'],
  sites: SITES,
  tasks: [
    jit,
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            {
              op: 'repeat',
              times: { parameter: 'calls' },
              body: [{ op: 'call', site: 'hot', times: 1000 }],
            },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
