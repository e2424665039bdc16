import { describe, expect, it } from 'vitest';
import { scenarioNames } from '../../../src/engines/catalogue.js';
import { unsupportedOnHost } from '../../../src/engines/native/unsupportedOnHost.js';
import { prepareSituation } from '../../../src/engines/situation.js';
import { packageFile } from '../../../src/jit/packageFile.js';
import type { TaskSpec } from '../../../src/scenarios/scenario.js';
import { situationOf } from '../threads/situations.js';

async function reasonFor(scenario: string, protocol?: string): Promise<string | undefined> {
  return unsupportedOnHost(await prepareSituation({ scenario, protocol, arch: 'x86-64', rounds: 1 }));
}

describe('what the host cannot be told', () => {
  it.each([
    ['kthread-return', undefined, 'task kworker/1 is a kernel thread'],
    ['other-mm', undefined, 'several processes'],
    ['interrupt-reschedules', undefined, 'has a priority'],
    ['cpu-online', undefined, 'offline'],
    ['text-poke-int3', undefined, 'behind a breakpoint'],
    ['publication', 'branch-patch', 'a direct branch'],
  ])('%s %s: unsupported, with what to do', async (scenario, protocol, why) => {
    const reason = await reasonFor(scenario, protocol);
    expect(reason).toContain(why);
    expect(reason).toMatch(/: use --engine threads$/);
  });

  it('a parameter of the scenario may make the difference', async () => {
    const withKick = { scenario: 'jump-label-no-kick', rounds: 1, chosen: { kick: 1 } };
    expect(await reasonFor('jump-label-no-kick')).toBeUndefined();
    expect(unsupportedOnHost(await prepareSituation(withKick))).toContain('interrupts every cpu');
  });

  it('a task that is forked', async () => {
    const [task] = (await prepareSituation({ scenario: 'fork-inherit' })).scenario.tasks;
    const forked: TaskSpec = { ...task!, process: 'jit', start: 'forked', program: [] };
    expect(unsupportedOnHost(await situationOf([forked]))).toContain('forks in the middle');
  });

  it('a site that two tasks patch', async () => {
    const writer = (name: string, site: string): TaskSpec => ({
      name,
      process: 'jit',
      on: 'first',
      program: [{ op: 'rounds', body: [{ op: 'publish', site }] }],
    });
    const [one, two] = [writer('one', 'hot'), writer('two', 'hot')];
    expect(unsupportedOnHost(await situationOf([one, two]))).toContain("two tasks patch site 'hot'");
    expect(unsupportedOnHost(await situationOf([one]))).toBeUndefined();
  });

  it('a function in WebAssembly', async () => {
    expect(await reasonFor(packageFile('wasm/inline-cache.wat').pathname)).toContain('WebAssembly');
  });

  it('the rest runs, and there is some', async () => {
    const runs: string[] = [];
    for (const name of scenarioNames()) if ((await reasonFor(name)) === undefined) runs.push(name);
    for (const name of [
      'running-peer',
      'publication',
      'torn-patch',
      'idle-wake',
      'code-reuse',
      'caller-cpu',
    ]) {
      expect(runs).toContain(name);
    }
  });
});
