/** A fatal signal: every task of the process ends, wherever it is, on every schedule; tasks of others do not. */
import { describe, expect, it } from 'vitest';
import type { Step, TaskSpec } from '../../src/scenarios/scenario.js';
import { explored, hazardOf } from '../explore/situations.js';

const KILLS = { waits: 'killable', seccomp: { membarrier: 'kill-process', flushIcache: 'allow' } } as const;

/** Calls what the filter kills for. */
const caller: TaskSpec = {
  name: 'caller',
  process: 'jit',
  on: 'first',
  program: [{ op: 'membarrier', command: 'sync-core' }],
};

const sibling = (program: readonly Step[], on: 'first' | 'second' = 'second'): TaskSpec => ({
  name: 'sibling',
  process: 'jit',
  on,
  program,
});

/** What a sibling is in the middle of, none of which would ever end. */
const ENDLESS: Readonly<Record<string, TaskSpec>> = {
  'spins in user mode': sibling([{ op: 'spin', until: 'never', atLeast: 1 }]),
  'sleeps on another cpu': sibling([{ op: 'wait', event: 'never', signals: 1 }]),
  'sleeps on the same cpu': sibling([{ op: 'wait', event: 'never', signals: 1 }], 'first'),
  'polls in the kernel': sibling([{ op: 'busy-poll', until: 'never', atLeast: 1 }]),
  'is runnable behind the caller': sibling([{ op: 'spin', until: 'never', atLeast: 1 }], 'first'),
};

describe.each(Object.entries(ENDLESS))('a sibling that %s', (_, task) => {
  it('ends with its process, on every schedule', async () => {
    const { outcome } = await explored({ scenario: hazardOf([caller, task], { cpus: 2 }), kernel: KILLS });
    expect(outcome).toBe('forbidden');
  });

  it('goes on for ever where nobody is killed: what is looked for can be found', async () => {
    const { outcome, witness } = await explored({ scenario: hazardOf([caller, task], { cpus: 2 }) });
    expect([outcome, witness?.found.violation.kind]).toEqual(['allowed', 'deadlock']);
  });
});

it('a task of another process is left alone', async () => {
  const neighbour: TaskSpec = {
    name: 'neighbour',
    process: 'other',
    on: 'second',
    program: [{ op: 'wait', event: 'never', signals: 1 }],
  };
  const scenario = hazardOf([caller, neighbour], { cpus: 2, processes: ['jit', 'other'] });
  const { outcome, witness } = await explored({ scenario, kernel: KILLS });
  expect([outcome, witness?.found.violation.kind]).toEqual(['allowed', 'deadlock']);
});
