/** SYNC_CORE where stores are late and loads are early and late: what it promises does not depend on the order of accesses
 *  of user code, since the calls order them. */
import { describe, expect, it } from 'vitest';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { explored } from './situations.js';

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
