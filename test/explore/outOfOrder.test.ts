/** SYNC_CORE where stores are late and loads are early and late: what it promises does not depend on the order of accesses
 *  of user code, since the calls order them. */
import { describe, expect, it } from 'vitest';
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

describe.each(['arm64-a11', 'riscv64'])('%s', (arch) => {
  it.each(SCENARIOS)('%s is forbidden', async (scenario) => {
    const { outcome, result } = await explored({ scenario, arch }, { memory: 'rmo' });
    expect([outcome, result.stoppedBy]).toEqual(['forbidden', 'exhausted']);
  });

  it('and the control is not', async () => {
    const request = { scenario: 'kthread-return', arch, policy: 'none', without: ['syscall-return'] };
    const { outcome } = await explored(request, { memory: 'rmo' });
    expect(outcome).toBe('allowed');
  });
});
