import { describe, expect, it } from 'vitest';
import { loadCostProfile, policyNames, workloadNames } from '../../../src/engines/catalogue.js';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import { prepareSituation } from '../../../src/engines/situation.js';
import { CAUSE_NAMES } from '../../../src/engines/virtual/accounts.js';
import { type PlainKernel, plainText, suspendingKernel } from '../../../src/engines/virtual/plainKernel.js';
import { type Halt, VirtualMachine } from '../../../src/engines/virtual/virtualMachine.js';
import { inCycles } from '../../../src/hw/costProfile.js';
import type { SerializationPolicy } from '../../../src/kernel/serializationPolicy.js';

const WORKLOADS = await workloadNames();

async function run(
  scenario: string,
  policy: string,
  more: {
    readonly seed?: number;
    readonly granularity?: 'access' | 'turn';
    readonly kernelOf?: (policy: SerializationPolicy) => PlainKernel;
  } = {},
): Promise<{ machine: VirtualMachine; halt: Halt }> {
  const situation = await prepareSituation({ scenario, policy, cpus: 3, rounds: 2 });
  const machine = new VirtualMachine({
    spec: situation.spec,
    policy: situation.policy,
    images: situation.images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs: inCycles(await loadCostProfile('generic-x86-64')),
    seed: more.seed ?? 1,
    granularity: more.granularity ?? 'turn',
    timerPeriod: 30_000,
    ...(more.kernelOf && { turnKernel: more.kernelOf(situation.policy) }),
  });
  return { machine, halt: machine.run(10_000_000) };
}

describe('the plain kernel', () => {
  it.each(WORKLOADS)('does on %s what the generators do, word for word', async (workload) => {
    for (const policy of policyNames()) {
      const plain = await run(workload, policy);
      const suspending = await run(workload, policy, { kernelOf: suspendingKernel });
      expect(plain.halt).toBe('finished');
      expect(suspending.halt).toBe('finished');
      expect(plain.machine.words, policy).toEqual(suspending.machine.words);
      expect(plain.machine.accounts.cycles, policy).toEqual(suspending.machine.accounts.cycles);
      expect(plain.machine.judge.tally).toEqual(suspending.machine.judge.tally);
    }
  });

  it.each(['kthread-return', 'kthread-bounce', 'interrupt-reschedules', 'caller-cpu', 'icache-migration'])(
    'does on hazard %s what the generators do',
    async (hazard) => {
      for (const policy of ['mainline', 'deferred-cpu', 'none']) {
        const plain = await run(hazard, policy);
        const suspending = await run(hazard, policy, { kernelOf: suspendingKernel });
        expect(plain.halt).toBe(suspending.halt);
        expect(plain.machine.words, policy).toEqual(suspending.machine.words);
      }
    },
  );

  it('makes a call of a yield, and of a yield* nothing', () => {
    const text = [
      'export function* f(c) { // yield',
      '    const a = ((yield c.load(x(1, 2))) & 3) === 0;',
      "    yield* g(c, yield c.or(y, 1), ')');",
      '    return yield* h(c);',
      '}',
      'const policy = {',
      '    *hook(c) {',
      '        yield c.writeCr(1, 2);',
      '    },',
      '};',
    ].join('\n');
    expect(plainText(text)).toBe(
      [
        'export function f(c) { ',
        '    const a = ((c.loadNow(x(1, 2))) & 3) === 0;',
        "    g(c, c.orNow(y, 1), ')');",
        '    return h(c);',
        '}',
        'const policy = {',
        '    hook(c) {',
        '        c.do(c.writeCr(1, 2));',
        '    },',
        '};',
      ].join('\n'),
    );
  });
});

describe.each(['turn', 'access'] as const)('one %s at a time', (granularity) => {
  it.each(WORKLOADS)('every cycle of %s is charged to one cause', async (workload) => {
    const { machine, halt } = await run(workload, 'mainline', { granularity });
    expect(halt).toBe('finished');
    const { accounts } = machine;
    for (let cpu = 0; cpu < 3; cpu++) expect(accounts.timeOf(cpu)).toBe(machine.timeOf(cpu));
    const total = Object.values(accounts.total()).reduce((sum, cycles) => sum + cycles, 0);
    expect(total).toBe([0, 1, 2].reduce((sum, cpu) => sum + machine.timeOf(cpu), 0));
    expect(Object.keys(accounts.total()).every((cause) => CAUSE_NAMES.includes(cause))).toBe(true);
  });

  it('the same seed gives the same words, another one others', async () => {
    const words = async (seed: number): Promise<Int32Array> =>
      (await run('mixed-server', 'mainline', { seed, granularity })).machine.words;
    expect(await words(7)).toEqual(await words(7));
    expect(await words(7)).not.toEqual(await words(8));
  });
});
