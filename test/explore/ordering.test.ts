/** The ordering scenarios A to E of kernel/sched/membarrier.c: forbidden with every barrier in its place, and each
 *  barrier is what forbids the scenario that the comment there pairs it with. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/engines/catalogue.js';
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
    SCENARIOS.flatMap((scenario) =>
      (['tso', 'pso'] as const).flatMap((memory) =>
        ['x86-64', 'arm64-a11', 'riscv64'].map((arch) => ({ scenario, memory, arch })),
      ),
    ),
  )('$scenario is forbidden: $arch, $memory', async ({ scenario, memory, arch }) => {
    const { outcome, result } = await explored({ scenario, arch }, { memory });
    expect(result.complete).toBe(true);
    expect(outcome).toBe('forbidden');
  });
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

/* "(a) needs to be paired with (e)", "(c) needs to be paired with (d)", and so on. What (c) does is to keep loads from
 * being early, and loads are in program order here. */
const NEEDED = [
  { without: 'membarrier-entry', scenario: 'ordering-c-switch-in', memory: 'pso' },
  { without: 'membarrier-entry', scenario: 'ordering-e-use-mm', memory: 'pso' },
  { without: 'finish-task-switch-mmdrop', scenario: 'ordering-c-switch-in', memory: 'pso' },
  { without: 'schedule-entry', scenario: 'ordering-c-switch-out', memory: 'pso' },
  { without: 'exit-mm', scenario: 'ordering-d', memory: 'pso' },
  { without: 'kthread-use-mm', scenario: 'ordering-e-use-mm', memory: 'pso' },
  { without: 'kthread-unuse-mm', scenario: 'ordering-e-unuse-mm', memory: 'pso' },
] as const;

describe('without the barrier', () => {
  it.each(NEEDED)('$without, $scenario happens', async ({ without, scenario, memory }) => {
    const { outcome, witness } = await explored(
      { scenario, arch: 'arm64-a11', without: [without] },
      { memory },
    );
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
