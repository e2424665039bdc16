/** The ordering scenarios A to E of kernel/sched/membarrier.c: forbidden with every barrier in its place, and each
 *  barrier is what forbids the scenario that the comment there pairs it with. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/engines/catalogue.js';
import type { MemoryModel } from '../../src/hw/memoryModel.js';
import { kernelPreset } from '../../src/kernel/kernelPresets.js';
import type { Hazard, Step } from '../../src/scenarios/scenario.js';
import { explored } from './situations.js';

const SCENARIOS = [
  'ordering-a',
  'ordering-b',
  'ordering-c-switch-in',
  'ordering-c-switch-out',
  'ordering-d',
  'ordering-e-use-mm',
  'ordering-e-unuse-mm',
];

describe('with every barrier in its place', () => {
  it.each(
    SCENARIOS.flatMap((scenario) => [
      { scenario, memory: 'tso' as const, arch: 'x86-64' },
      { scenario, memory: 'pso' as const, arch: 'arm64-a11' },
      { scenario, memory: 'pso' as const, arch: 'riscv64' },
    ]),
  )('$scenario is forbidden: $arch, $memory', async ({ scenario, memory, arch }) => {
    const { outcome, result } = await explored({ scenario, arch }, { memory });
    expect(result.complete).toBe(true);
    expect(outcome).toBe('forbidden');
  });
});

describe('with every barrier in its place, loads may be early', () => {
  it.each(SCENARIOS)('%s is forbidden where the return to user mode orders loads', async (scenario) => {
    const { outcome } = await explored({ scenario, arch: 'arm64-a11' }, { memory: 'rmo' });
    expect(outcome).toBe('forbidden');
  });

  /* membarrier reads mm_users without order, and returns at once if there is one. Whoever was the other has exited behind
   * a full barrier, but nothing keeps the caller's next load behind the read: only the way back to user mode would. */
  const NEVER_SINGLE = ['ordering-c-switch-out', 'ordering-e-unuse-mm'];
  const SINGLE_USER = SCENARIOS.filter((name) => !NEVER_SINGLE.includes(name));

  it.each(NEVER_SINGLE)(
    '%s is forbidden where it does not: the other user is still there',
    async (scenario) => {
      const { outcome } = await explored({ scenario, arch: 'riscv64' }, { memory: 'rmo' });
      expect(outcome).toBe('forbidden');
    },
  );

  it.each(SINGLE_USER)(
    '%s happens where it does not: a single user is let off without a barrier',
    async (scenario) => {
      const { outcome, witness } = await explored({ scenario, arch: 'riscv64' }, { memory: 'rmo' });
      expect(outcome).toBe('allowed');
      const told = witness!.steps.map(({ what }) => what);
      expect(told.filter((what) => what === 'barrier (membarrier-entry)')).toEqual([]);
      expect(told.at(-1)).toMatch(/^load: loads '[xy]' early: an old value$/);
    },
  );

  it.each(SCENARIOS)(
    '%s is forbidden there too where the read of mm_users is an acquire',
    async (scenario) => {
      const kernel = { singleUserTest: 'atomic_read_acquire' } as const;
      const { outcome } = await explored({ scenario, arch: 'riscv64', kernel }, { memory: 'rmo' });
      expect(outcome).toBe('forbidden');
    },
  );
});

describe('without the call', () => {
  /* A scenario that nobody can fail shows nothing. The stores of a message and its flag are in order under TSO. */
  it.each(SCENARIOS)('%s happens', async (name) => {
    const scenario = (await loadScenario(name)) as Hazard;
    const memory = scenario.forbidden?.r2 === 0 ? 'tso' : 'pso';
    const { outcome, witness } = await explored({ scenario: withoutCalls(scenario) }, { memory });
    expect(outcome).toBe('allowed');
    expect(witness!.found.violation.kind).toBe('forbidden-outcome');
  });
});

function withoutCalls(scenario: Hazard): Hazard {
  const left = (steps: readonly Step[]): Step[] =>
    steps
      .filter((step) => step.op !== 'membarrier')
      .map((step) => ('body' in step ? { ...step, body: left(step.body) } : step));
  return { ...scenario, tasks: scenario.tasks.map((task) => ({ ...task, program: left(task.program) })) };
}

/* "(a) needs to be paired with (e)", "(c) needs to be paired with (d)", and so on. */
const NEEDED = [
  { without: 'membarrier-entry', scenario: 'ordering-c-switch-in', memory: 'pso' },
  { without: 'membarrier-entry', scenario: 'ordering-e-use-mm', memory: 'pso' },
  { without: 'finish-task-switch-mmdrop', scenario: 'ordering-c-switch-in', memory: 'pso' },
  {
    without: 'membarrier-exit',
    scenario: 'ordering-interrupted',
    memory: 'rmo',
    arch: 'riscv64',
    kernel: '6.1',
  },
  { without: 'schedule-entry', scenario: 'ordering-c-switch-out', memory: 'pso' },
  { without: 'exit-mm', scenario: 'ordering-d', memory: 'pso' },
  { without: 'kthread-use-mm', scenario: 'ordering-e-use-mm', memory: 'pso' },
  { without: 'kthread-unuse-mm', scenario: 'ordering-e-unuse-mm', memory: 'pso' },
] as const satisfies readonly {
  readonly without: string;
  readonly scenario: string;
  readonly memory: MemoryModel;
  readonly arch?: string;
  readonly kernel?: string;
}[];

describe('without the barrier', () => {
  it.each(NEEDED)('$without, $scenario happens', async ({ without, scenario, memory, ...rest }) => {
    const { arch = 'arm64-a11', kernel = '6.x' } = rest as { arch?: string; kernel?: string };
    const situation = { scenario, arch, kernel: kernelPreset(kernel), without: [without] };
    const { outcome, witness } = await explored(situation, { memory });
    expect(outcome).toBe('allowed');
    expect(witness!.found.violation.kind).toBe('forbidden-outcome');
  });

  it('membarrier-entry, x86 fails scenario C only before the mutex of 6.8: its locked instruction is a barrier', async () => {
    const request = { scenario: 'ordering-c-switch-in', without: ['membarrier-entry'] };
    const before = await explored({ ...request, kernel: kernelPreset('5.4') }, { memory: 'tso' });
    expect(before.outcome).toBe('allowed');
    expect((await explored(request, { memory: 'tso' })).outcome).toBe('forbidden');
  });
});

/* The handlers of an interrupt have a barrier. So has the interrupt itself, twice: its acknowledgement keeps later loads
 * from being early, and the xchg() that empties the queue of calls is a full barrier. */
describe.each([
  { scenario: 'ordering-interrupted', barrier: 'ipi-mb' },
  { scenario: 'ordering-rseq', barrier: 'ipi-rseq-mb' },
])('$barrier, $scenario', ({ scenario, barrier }) => {
  const THREE = [barrier, 'interrupt-entry', 'call-queue-pop'];

  it.each(THREE.map((one) => [one]))('any of the three is enough: %s alone', async (left) => {
    const without = THREE.filter((one) => one !== left);
    const { outcome } = await explored({ scenario, arch: 'riscv64', without }, { memory: 'rmo' });
    expect(outcome).toBe('forbidden');
  });

  it('without the three it happens', async () => {
    const { outcome, witness } = await explored(
      { scenario, arch: 'riscv64', without: THREE },
      { memory: 'rmo' },
    );
    expect(outcome).toBe('allowed');
    expect(witness!.steps.length).toBeLessThanOrEqual(25);
  });

  it('but not where the interrupt return serializes', async () => {
    const { outcome } = await explored({ scenario, arch: 'arm64-a11', without: THREE }, { memory: 'rmo' });
    expect(outcome).toBe('forbidden');
  });
});

/* Registering for GLOBAL_EXPEDITED tells the cpus that run the address space, and exit_mm() says that nobody does. A cpu that
 * goes to a thread of the mm it has borrowed does not look at the word. */
describe.each([
  { scenario: 'ordering-global-lazy', since: '5.4', before: '4.16' },
  { scenario: 'ordering-global-exit', since: '6.1', before: '5.10' },
])('$scenario', ({ scenario, since, before }) => {
  it.each([
    { arch: 'x86-64', memory: 'tso', kernel: '6.x' },
    { arch: 'x86-64', memory: 'tso', kernel: since },
    { arch: 'arm64-a11', memory: 'pso', kernel: '6.x' },
    { arch: 'riscv64', memory: 'pso', kernel: '6.x' },
  ] as const)('happens: $arch, $kernel', async ({ arch, memory, kernel }) => {
    const situation = { scenario, arch, kernel: kernelPreset(kernel) };
    const { outcome, witness } = await explored(situation, { memory });
    expect(outcome).toBe('allowed');
    // The cpu was not interrupted.
    expect(witness!.steps.map(({ what }) => what).filter((what) => what.includes('(ipi-mb)'))).toEqual([]);
  });

  it.each([
    { arch: 'x86-64', memory: 'tso' },
    { arch: 'arm64-a11', memory: 'pso' },
  ] as const)('is forbidden where a cpu looks whenever it goes to a user thread: $arch', async (at) => {
    const kernel = { membarrierSwitchMm: 'looks-always' } as const;
    const { outcome } = await explored({ scenario, arch: at.arch, kernel }, { memory: at.memory });
    expect(outcome).toBe('forbidden');
  });

  it(`is forbidden in ${before}`, async () => {
    const situation = { scenario, kernel: kernelPreset(before) };
    expect((await explored(situation, { memory: 'tso' })).outcome).toBe('forbidden');
  });

  it('is forbidden where stores are in order with loads', async () => {
    expect((await explored({ scenario }, { memory: 'sc' })).outcome).toBe('forbidden');
  });
});
