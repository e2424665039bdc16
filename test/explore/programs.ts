/** Random programs of two or three tasks, small enough for brute force. */
import fc from 'fast-check';
import type { Step, TaskSpec } from '../../src/scenarios/scenario.js';

/* Into a variable of the task; see `ownedBy`. */
const load = (variable: string): Step => ({ op: 'load', variable, into: '' });

const ownedBy = (steps: readonly Step[], task: number): Step[] =>
  steps.map((one) => (one.op === 'load' ? { ...one, into: `r${task}` } : one));

/* Sets and adds do not commute, so the order of any two of them shows in the end. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ op: 'add', variable: 'x', amount: 1 }) },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 9 }).map((to): Step => ({ op: 'set', variable: 'x', to })),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ op: 'set', variable: 'y', to: 1 }) },
  { weight: 3, arbitrary: fc.constantFrom('x', 'y').map((variable): Step => load(variable)) },
  { weight: 1, arbitrary: fc.constant<Step>({ op: 'spin', until: 'y', atLeast: 1 }) },
  { weight: 3, arbitrary: fc.constant<Step>({ op: 'yield' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ op: 'wake', event: 'e' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ op: 'wait', event: 'e', signals: 1 }) },
);

const userStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: step },
  { weight: 3, arbitrary: fc.constant<Step>({ op: 'call', site: 'hot', times: 1 }) },
  { weight: 2, arbitrary: fc.constant<Step>({ op: 'publish', site: 'hot' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ op: 'membarrier', command: 'sync-core' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ op: 'membarrier', command: 'register-sync-core' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Step>({ op: 'migrate', to: 'first' }, { op: 'migrate', to: 'second' }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ op: 'busy-poll', until: 'y', atLeast: 1 }) },
);

/** One task on each cpu, and perhaps a third. */
export const programs = fc
  .array(
    fc.record({
      on: fc.constantFrom<TaskSpec['on']>('first', 'second'),
      process: fc.constantFrom('jit', 'jit', 'other', 'kernel'),
      user: fc.array(userStep, { minLength: 1, maxLength: 3 }),
      kernel: fc.array(step, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 3 },
  )
  .map((tasks) =>
    tasks.map(
      ({ on, process, user, kernel }, index): TaskSpec => ({
        name: `t${index}`,
        process,
        on: index === 0 ? 'first' : index === 1 ? 'second' : on,
        program: ownedBy(process === 'kernel' ? kernel : user, index),
      }),
    ),
  );
