/** Threads that run on in slow code while a compiler thread makes it fast. */
import type { Workload } from './scenario.js';
import { COMPILE, DEFAULTS, REGISTERED, registerIfAsked, SITES } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'tier-up',
  kind: 'workload',
  title: 'threads ask for faster code and run on in the old until it is there',
  story:
    'Every cpu but the first calls the code, asks the compiler thread for a better version and goes on calling the old one. When all have asked, the compiler thread compiles and patches. Between two requests it sleeps.',
  source: 'tiered compilation with a background compiler, as HotSpot and V8 have it',
  parameters: {
    registered: REGISTERED,
    compile: COMPILE,
    calls: { about: 'calls of a cpu before and after it asks', default: 12000, least: 1, most: 1000000 },
  },
  operation: { title: 'new version', perRound: 1 },
  processes: ['jit'],
  sites: SITES,
  tasks: [
    {
      name: 'compiler',
      process: 'jit',
      on: 'first',
      program: [
        registerIfAsked,
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'request', signals: { perRound: 1, timesPeers: true } },
            { op: 'call', site: 'compiler', times: { parameter: 'compile' } },
            { op: 'publish', site: 'hot' },
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
            { op: 'call', site: 'hot', times: { parameter: 'calls' } },
            { op: 'wake', event: 'request', shared: true },
            { op: 'call', site: 'hot', times: { parameter: 'calls' } },
          ],
        },
      ],
    },
  ],
  defaults: DEFAULTS,
};
