/** Patches as fast as the JIT can publish them, while every other cpu runs the code. */
import type { Workload } from './scenario.js';
import { DEFAULTS, REGISTERED, registerIfAsked } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'inline-cache-storm',
  kind: 'workload',
  title: 'patches one after the other while every other cpu runs the code',
  story:
    'The first cpu patches and publishes without a pause; the others call the code in user mode until they see the next patch. Every publication has to reach all of them.',
  source: 'inline caches that are rewritten at every miss, as V8 and JavaScriptCore have them',
  parameters: { registered: REGISTERED },
  operation: { title: 'publication', perRound: 1 },
  processes: ['jit'],
  sites: [{ name: 'hot', placement: 'within-word' }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [
        registerIfAsked,
        {
          op: 'rounds',
          body: [
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
            { op: 'spin', until: 'called', atLeast: { perRound: 1, timesPeers: true } },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
