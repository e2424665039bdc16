import { describe, expect, it } from 'vitest';
import { loadCostProfile, policyNames, workloadNames } from '../../../src/engines/catalogue.js';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import { prepareSituation } from '../../../src/engines/situation.js';
import { CAUSE_NAMES } from '../../../src/engines/virtual/accounts.js';
import { type PlainKernel, suspendingKernel } from '../../../src/engines/virtual/plainKernel.js';
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
    /** Made of the policy of that name. */
    readonly policyFrom?: (policy: SerializationPolicy) => SerializationPolicy;
    readonly specializedAfter?: number;
    readonly cpus?: number;
    readonly arch?: string;
    readonly atMost?: number;
  } = {},
): Promise<{ machine: VirtualMachine; halt: Halt }> {
  const situation = await prepareSituation({
    scenario,
    policy,
    cpus: more.cpus ?? 3,
    rounds: 2,
    ...(more.arch && { arch: more.arch }),
  });
  const made = more.policyFrom?.(situation.policy) ?? situation.policy;
  const machine = new VirtualMachine({
    spec: situation.spec,
    policy: made,
    images: situation.images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs: inCycles(await loadCostProfile('generic-x86-64')),
    seed: more.seed ?? 1,
    granularity: more.granularity ?? 'turn',
    timerPeriod: 30_000,
    ...(more.specializedAfter !== undefined && { specializedAfter: more.specializedAfter }),
    ...(more.kernelOf && { turnKernel: more.kernelOf(made) }),
  });
  return { machine, halt: machine.run(more.atMost ?? 10_000_000) };
}

/* The kernel for any machine; one for this kind of machine; and a machine that goes over to it in the middle. */
const PLAIN = [Number.POSITIVE_INFINITY, 0, 50];

/** Each of them for the policy that does nothing, today's, and one that defers; of the others one, each on another workload. */
function plainFor(workload: string, policy: string): readonly number[] {
  if (['none', 'mainline', 'deferred-cpu'].includes(policy)) return PLAIN;
  const turn = WORKLOADS.indexOf(workload) + policyNames().indexOf(policy);
  return [PLAIN[turn % PLAIN.length]!];
}

describe('the plain kernel', () => {
  it.each(WORKLOADS)('does on %s what the generators do, word for word', async (workload) => {
    for (const policy of policyNames()) {
      const suspending = await run(workload, policy, { kernelOf: suspendingKernel });
      expect(suspending.halt).toBe('finished');
      for (const specializedAfter of plainFor(workload, policy)) {
        const plain = await run(workload, policy, { specializedAfter });
        expect(plain.halt).toBe('finished');
        expect(plain.machine.words, policy).toEqual(suspending.machine.words);
        expect(plain.machine.accounts.cycles, policy).toEqual(suspending.machine.accounts.cycles);
        expect(plain.machine.judge.tally).toEqual(suspending.machine.judge.tally);
      }
    }
  });

  it.each(['kthread-return', 'kthread-bounce', 'interrupt-reschedules', 'caller-cpu', 'icache-migration'])(
    'does on hazard %s what the generators do',
    async (hazard) => {
      for (const policy of ['mainline', 'deferred-cpu', 'none']) {
        const suspending = await run(hazard, policy, { kernelOf: suspendingKernel });
        for (const specializedAfter of PLAIN) {
          const plain = await run(hazard, policy, { specializedAfter });
          expect(plain.halt).toBe(suspending.halt);
          expect(plain.machine.words, policy).toEqual(suspending.machine.words);
        }
      }
    },
  );
});

describe('a kernel that was made for a machine of the same kind', () => {
  it('is taken at once, and does the same', async () => {
    const suspending = await run('sched-pipe-threads', 'mainline', { kernelOf: suspendingKernel });
    await run('sched-pipe-threads', 'mainline', { specializedAfter: 0 });
    const again = await run('sched-pipe-threads', 'mainline');
    expect(again.machine.words).toEqual(suspending.machine.words);
    expect(again.machine.accounts.cycles).toEqual(suspending.machine.accounts.cycles);
  });
});

/* Plain kernels come from the files of policies. */
it('a policy that was made up runs as it is, whatever it is called', async () => {
  const called = (name: string) => (policy: SerializationPolicy) => ({ ...policy, name });
  const none = await run('kthread-bounce-load', 'none', { specializedAfter: 0 });
  const mainline = await run('kthread-bounce-load', 'mainline', { specializedAfter: 0 });
  expect(none.machine.accounts.cycles).not.toEqual(mainline.machine.accounts.cycles);
  const madeUp = await run('kthread-bounce-load', 'none', {
    policyFrom: called('mainline'),
    specializedAfter: 0,
  });
  expect(madeUp.machine.words).toEqual(none.machine.words);
  expect(madeUp.machine.accounts.cycles).toEqual(none.machine.accounts.cycles);
});

/* A cpu that is alone goes on for many turns at once; a bound, or somebody who asks after each turn, must not tell. */
it.each(['sched-pipe-threads', 'kthread-storm', 'irq-heavy', 'tier-up'])(
  '%s in one go is the same as turn by turn, and with somebody asking',
  async (workload) => {
    for (const cpus of [2, 3]) {
      const whole = await run(workload, 'mainline', { cpus });
      expect(whole.halt).toBe('finished');
      const turnByTurn = await run(workload, 'mainline', { cpus, atMost: 0 });
      let halt: Halt = 'step-limit';
      while (halt === 'step-limit') halt = turnByTurn.machine.run(1);
      expect(halt).toBe('finished');
      const asked = await run(workload, 'mainline', { cpus, atMost: 0 });
      let asks = 0;
      const ask = (): boolean => {
        asks++;
        return false;
      };
      expect(asked.machine.run(10_000_000, ask)).toBe('finished');
      expect(asks).toBe(asked.machine.steps);
      for (const { machine } of [turnByTurn, asked]) {
        expect(machine.steps).toBe(whole.machine.steps);
        expect(machine.words).toEqual(whole.machine.words);
        expect(machine.accounts.cycles).toEqual(whole.machine.accounts.cycles);
      }
    }
  },
);

/* Other layouts, costs and branches; and so many cpus that their tournament has more than one level. */
it.each(['arm64-a00', 'arm64-a11', 'riscv64'])(
  'on %s the plain kernels do what the generators do',
  async (arch) => {
    for (const workload of ['sched-pipe-processes', 'mixed-server', 'code-reclaim']) {
      const more = { arch, cpus: 12 };
      for (const policy of ['mainline', 'none']) {
        const suspending = await run(workload, policy, { ...more, kernelOf: suspendingKernel });
        expect(suspending.halt).toBe('finished');
        for (const specializedAfter of PLAIN) {
          const plain = await run(workload, policy, { ...more, specializedAfter });
          expect(plain.machine.words).toEqual(suspending.machine.words);
          expect(plain.machine.accounts.cycles).toEqual(suspending.machine.accounts.cycles);
          expect(plain.machine.judge.tally).toEqual(suspending.machine.judge.tally);
        }
      }
    }
  },
);

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
