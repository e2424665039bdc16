/** SYNC_CORE where stores are late and loads are early and late: what it promises does not depend on the order of accesses
 *  of user code, since the calls order them. */
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/engines/catalogue.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { explored, hazardOf } from './situations.js';

const SCENARIOS = [
  'kthread-return',
  'interrupted-peer',
  'interrupt-reschedules',
  'flag-left-behind',
  'kthread-bounce',
  'caller-migrates',
  'cpu-online',
  'fork-inherit',
];

/** Without them nothing drops what a cpu has fetched: not even the returns to user mode, which alone would do on arm64. */
const KERNEL_SERIALIZATIONS = ORDERING_POINTS.filter(
  ({ kind, where }) => kind === 'serialization' && where !== 'userMode',
).map(({ id }) => id);

describe.each(['arm64-a11', 'riscv64'])('%s', (arch) => {
  it.each(SCENARIOS)('%s is forbidden', async (scenario) => {
    const { outcome, result } = await explored({ scenario, arch }, { memory: 'rmo' });
    expect([outcome, result.stoppedBy]).toEqual(['forbidden', 'exhausted']);
  });

  it.each(SCENARIOS)('%s: and the control is not', async (scenario) => {
    const request = { scenario, arch, policy: 'none', without: KERNEL_SERIALIZATIONS };
    const { outcome, witness } = await explored(request, { memory: 'rmo' });
    expect(outcome).toBe('allowed');
    expect(witness!.found.violation.kind).toMatch(/^(stale|unserialized)$/);
  });
});

/* The mark is in front of the barrier at the entry: a hart that the caller does not see in the mm sees the mark when it
 * switches to it. Behind the barrier, the look at the other hart's rq->curr could be early, and the mark late. */
it('riscv64, riscv-stale-mask: a hart that comes back from another address space sees that it is marked', async () => {
  const scenario = hazardOf(
    [
      {
        name: 'jit',
        process: 'jit',
        on: 'first',
        program: [
          { op: 'membarrier', command: 'register-sync-core' },
          { op: 'rounds', body: [{ op: 'publish', site: 'hot' }] },
        ],
      },
      {
        name: 'walker',
        process: 'jit',
        on: 'second',
        program: [
          { op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1 }, { op: 'yield' }] },
          { op: 'call', site: 'hot', times: 1 },
        ],
      },
      {
        name: 'stranger',
        process: 'other',
        on: 'second',
        program: [{ op: 'rounds', body: [{ op: 'yield' }] }],
      },
    ],
    { processes: ['jit', 'other'], path: 'other-mm' },
  );
  const request = { scenario, arch: 'riscv64', policy: 'riscv-stale-mask' };
  const { outcome, result } = await explored(request, { memory: 'rmo' });
  expect([outcome, result.stoppedBy]).toEqual(['forbidden', 'exhausted']);
  const { prepareSyncCore: _, ...unmarked } = await loadPolicy('riscv-stale-mask');
  expect((await explored({ ...request, policy: unmarked }, { memory: 'rmo' })).outcome).toBe('allowed');
});
