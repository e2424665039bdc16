import { describe, expect, it } from 'vitest';
import { loadHazard } from '../../src/engines/catalogue.js';
import { prepareSituation, type SituationRequest } from '../../src/engines/situation.js';
import { callsSyncCore, type Expectation, expectationOf } from '../../src/scenarios/expectation.js';

async function expected(scenario: string, request: Omit<SituationRequest, 'scenario'>): Promise<Expectation> {
  const situation = await prepareSituation({ ...request, scenario });
  return expectationOf({
    ...situation,
    scenario: await loadHazard(scenario),
    config: situation.spec.config,
  });
}

describe('the first rule that applies decides', () => {
  it.each<[string, Omit<SituationRequest, 'scenario'>, Expectation['verdict'], RegExp]>([
    ['kthread-return', { policy: 'none' }, 'stale', /nothing serializes/],
    ['kthread-return', { policy: 'mainline' }, 'safe', /at once/],
    ['kthread-return', { policy: 'none', arch: 'x86-64-pti' }, 'safe', /every return .* architecture/],
    ['kthread-return', { policy: 'every-exit' }, 'safe', /policy serializes on every return/],
    ['kthread-return', { policy: 'ipi-all' }, 'safe', /interrupted although it runs a kernel thread/],
    ['kthread-return', { arch: 'loongarch64' }, 'unsupported', /no SYNC_CORE/],
    ['flag-left-behind', { policy: 'deferred-task-registered' }, 'stale', /flag stays with a task/],
    ['flag-left-behind', { policy: 'deferred-cpu' }, 'safe', /whoever goes to user mode/],
    ['interrupt-reschedules', { policy: 'deferred-ipi-task' }, 'stale', /flag stays with a task/],
    [
      'interrupt-reschedules',
      { policy: 'mainline', kernel: '5.4' },
      'stale',
      /counts on the interrupt return/,
    ],
    ['interrupt-reschedules', { policy: 'mainline', kernel: '5.10' }, 'safe', /handler serializes/],
    ['caller-cpu', { policy: 'mainline', kernel: '5.4' }, 'stale', /caller's own cpu/],
    ['caller-cpu', { policy: 'mainline' }, 'safe', /handler serializes/],
    ['missing-icache-flush', { arch: 'arm64-a00' }, 'stale', /no. an icache flush|not told/],
    ['missing-icache-flush', { arch: 'arm64-a11' }, 'safe', /interrupt return serializes/],
    ['running-peer', {}, 'stale', /never leaves user mode/],
    ['torn-patch', { placement: 'across-word' }, 'torn', /two stores/],
    ['torn-patch', { placement: 'within-word' }, 'safe', /serializes/],
    ['unregistered', { policy: 'mainline' }, 'stale', /nothing serializes/],
    ['other-mm', { arch: 'arm64-a00', protocol: 'expedited-then-pointer' }, 'safe', /every return/],
    ['cpu-online', { policy: 'none' }, 'safe', /never run the code/],
  ])('%s with %j: %s', async (scenario, request, verdict, because) => {
    const expectation = await expected(scenario, request);
    expect(expectation.verdict).toBe(verdict);
    expect(expectation.because).toMatch(because);
  });
});

describe('callsSyncCore', () => {
  it('asks the protocol, and whether the scenario publishes with it at all', async () => {
    const { scenario, protocol } = await prepareSituation({ scenario: 'kthread-return' });
    const flushOnly = (await prepareSituation({ scenario: 'kthread-return', protocol: 'flush-only' }))
      .protocol;
    const torn = (await prepareSituation({ scenario: 'torn-patch' })).scenario;
    expect(callsSyncCore(scenario, protocol)).toBe(true);
    expect(callsSyncCore(scenario, flushOnly)).toBe(false);
    expect(callsSyncCore(torn, protocol)).toBe(false);
  });

  it('goes by the steps, and not by what a task is called', async () => {
    const { scenario, protocol } = await prepareSituation({ scenario: 'torn-patch' });
    const [task, ...others] = scenario.tasks;
    expect(callsSyncCore({ ...scenario, tasks: [{ ...task!, name: 'publish' }, ...others] }, protocol)).toBe(
      false,
    );
  });
});
