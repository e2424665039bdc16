/** Two threads of one process on one cpu hand each other a byte: the context-switch fast path and little else. */
import type { TaskSpec, Workload } from './scenario.js';
import { DEFAULTS, REGISTERED, registerIfAsked } from './workloadTasks.js';

/** One side of the pipe: writes a byte, and reads the answer. Both sides of a pair are the same but for who begins. */
export function pipeEnd(spec: {
  readonly name: string;
  readonly process: string;
  readonly on: TaskSpec['on'];
  readonly turn: 'begins' | 'answers';
}): TaskSpec {
  const { turn, ...task } = spec;
  const write = { op: 'wake', event: turn === 'begins' ? 'request' : 'answer' } as const;
  const read = {
    op: 'wait',
    event: turn === 'begins' ? 'answer' : 'request',
    signals: { perRound: 1 },
  } as const;
  return {
    ...task,
    program: [registerIfAsked, { op: 'rounds', body: turn === 'begins' ? [write, read] : [read, write] }],
  };
}

export const scenario: Workload = {
  name: 'sched-pipe-threads',
  kind: 'workload',
  title: 'two threads of one process send a byte back and forth on one cpu',
  story:
    'One thread writes, wakes the other and sleeps; the other does the same. Two context switches per operation, all ' +
    'of them between user tasks of one address space, which stays loaded. The other cpus idle.',
  source: 'perf bench sched pipe -T, on one cpu',
  parameters: { registered: REGISTERED },
  operation: { title: 'round trip', perRound: 1 },
  processes: ['pipe'],
  sites: [{ name: 'hot', placement: 'within-word' }],
  tasks: [
    pipeEnd({ name: 'writer', process: 'pipe', on: 'first', turn: 'begins' }),
    pipeEnd({ name: 'reader', process: 'pipe', on: 'first', turn: 'answers' }),
  ],
  defaults: { ...DEFAULTS, rounds: 1000 },
};
