/** Two processes on one cpu hand each other a byte: every switch loads another address space. */
import type { Workload } from './scenario.js';
import { pipeEnd } from './sched-pipe-threads.js';
import { DEFAULTS, REGISTERED } from './workloadTasks.js';

export const scenario: Workload = {
  name: 'sched-pipe-processes',
  kind: 'workload',
  title: 'two processes send a byte back and forth on one cpu',
  story:
    'As sched-pipe-threads, but each side is a process of its own: every one of the two context switches per operation loads an address space.',
  source: 'perf bench sched pipe, on one cpu',
  parameters: { registered: REGISTERED },
  operation: { title: 'round trip', perRound: 1 },
  processes: ['writer', 'reader'],
  sites: [{ name: 'hot', placement: 'within-word' }],
  tasks: [
    pipeEnd({ name: 'writer', process: 'writer', on: 'first', turn: 'begins' }),
    pipeEnd({ name: 'reader', process: 'reader', on: 'first', turn: 'answers' }),
  ],
  defaults: { ...DEFAULTS, rounds: 1000 },
};
