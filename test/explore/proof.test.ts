/** Today's kernel, proved: 3 cpus, 4 user threads and a kernel thread, 2 address spaces. And the control, which is not. */
import { expect, it, vi } from 'vitest';
import { explored } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

it('mainline: no schedule of crossroads goes wrong', async () => {
  const { outcome, result } = await explored({ scenario: 'crossroads', policy: 'mainline' });
  expect(outcome).toBe('forbidden');
  expect(result).toMatchObject({ complete: true, stoppedBy: 'exhausted' });
  expect(result.states).toBeGreaterThan(1_000_000);
});

it('none: some schedule of crossroads does', async () => {
  const { outcome, witness } = await explored({ scenario: 'crossroads', policy: 'none' });
  expect(outcome).toBe('allowed');
  expect(witness!.found.violation.kind).toMatch(/stale|unserialized/);
});
