/** munmap(2) and its kind interrupt whoever runs the mm, who then has no old generation to catch up with: loading the address space
 *  anew on the way back from a kernel thread would serialize, and hide that nothing else did. */
import { expect, it } from 'vitest';
import type { Step } from '../../src/scenarios/scenario.js';
import { explored, hazardOf } from './situations.js';

const call: Step = { op: 'call', site: 'hot', times: 1 };
const sees = (variable: string): Step => ({ op: 'spin', until: variable, atLeast: 1 });
const set = (variable: string): Step => ({ op: 'set', variable, to: 1 });

const flushedWhileItRuns = hazardOf([
  {
    name: 'jit',
    process: 'jit',
    on: 'first',
    program: [
      { op: 'membarrier', command: 'register-sync-core' },
      {
        op: 'rounds',
        body: [
          sees('up'),
          { op: 'flush-tlb' },
          set('flushed'),
          sees('borrowed'),
          { op: 'publish', site: 'hot' },
          set('published'),
        ],
      },
    ],
  },
  {
    name: 'executor',
    process: 'jit',
    on: 'second',
    program: [
      {
        op: 'rounds',
        body: [
          call,
          set('up'),
          sees('flushed'),
          { op: 'wake', event: 'work' },
          { op: 'wait', event: 'done', signals: 1 },
        ],
      },
      call,
    ],
  },
  {
    name: 'kworker',
    process: 'kernel',
    on: 'second',
    program: [
      {
        op: 'rounds',
        body: [
          { op: 'wait', event: 'work', signals: 1 },
          set('borrowed'),
          sees('published'),
          { op: 'wake', event: 'done' },
        ],
      },
    ],
  },
]);

it('a flush of the TLB while a thread runs does not serialize its way back from a kernel thread', async () => {
  const { outcome, witness } = await explored({ scenario: flushedWhileItRuns, policy: 'none' });
  expect(outcome).toBe('allowed');
  expect(witness!.found.violation.kind).toMatch(/^(stale|unserialized)$/);
});

it('today it is forbidden', async () => {
  expect((await explored({ scenario: flushedWhileItRuns })).outcome).toBe('forbidden');
});
