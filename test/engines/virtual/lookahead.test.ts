/** Cpus that go on without regard to each other: it must be the same as the earliest first, whatever they do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy, loadProfile, policyNames, profileNames } from '../../../src/engines/catalogue.js';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import { LeastCost } from '../../../src/engines/virtual/leastCost.js';
import { SLICE } from '../../../src/engines/virtual/steps.js';
import type { Pace } from '../../../src/engines/virtual/turnSteps.js';
import { VirtualMachine } from '../../../src/engines/virtual/virtualMachine.js';
import { inCycles } from '../../../src/hw/costProfile.js';
import { costProfile } from '../../../src/hw/costs/generic-x86-64.js';
import { ALL_PARTS, type Instruction, OP } from '../../../src/hw/instruction.js';
import { emitFetchUnits } from '../../../src/jit/fetchUnit.js';
import { KERNEL_PRESETS, kernelPreset } from '../../../src/kernel/kernelPresets.js';
import type { MachineSpec } from '../../../src/kernel/machineSpec.js';
import {
  CMD_GLOBAL,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../../src/kernel/membarrierCommands.js';
import { SYSCALL } from '../../../src/kernel/syscall.js';

const RUNS = Number(process.env.N ?? 300);
const SEED = Number(process.env.S ?? 1);
const EVENTS = 4;
const MMS = 3;
const MOST_CPUS = 6;
/** With a timer, who waits for ever is interrupted for ever. */
const MAX_STEPS = 40_000;

/** As often as it can be, and never far, so that who goes ahead is seen at every place. */
const ALWAYS: Pace = { inOrder: 1, mostInOrder: 1, leastSwitches: 0, mostSwitches: 8 };

interface Task {
  readonly mm: number;
  readonly cpu: number;
  readonly priority: number;
  readonly rounds: number;
  readonly before: readonly Instruction[];
  readonly body: readonly Instruction[];
  readonly after: readonly Instruction[];
}

interface Machine {
  readonly cpus: number;
  readonly tasks: readonly Task[];
  readonly arch: string;
  readonly policy: string;
  readonly kernel: string;
  readonly seed: number;
  readonly timerPeriod: number | undefined;
}

const call = (nr: number, a = 0, b = 0, c = 0): Instruction => [OP.syscall, nr, a, b, c];
const index = (most: number): fc.Arbitrary<number> => fc.nat({ max: most - 1 });

/* Each task has an event of its own besides those that all share; and what it waits for is signalled by itself as well, so
   that most of them go on for long. */
const wakes = index(2 * EVENTS).map((event): Instruction[] => [call(SYSCALL.wakeUp, event)]);
const waits = index(2 * EVENTS).map((event): Instruction[] => [
  call(SYSCALL.wakeUp, event),
  call(SYSCALL.waitEvent, event, 0, 1),
]);
const yields = fc.constant<Instruction[]>([call(SYSCALL.schedYield)]);
const localInstructions: fc.Arbitrary<Instruction[]> = fc.oneof(
  wakes,
  waits,
  yields,
  fc.constant<Instruction[]>([call(SYSCALL.getpid)]),
);
const sharedInstructions: fc.Arbitrary<Instruction[]> = fc.oneof(
  index(MOST_CPUS).map((cpu): Instruction[] => [call(SYSCALL.migrate, cpu)]),
  fc.constantFrom<Instruction[]>(
    [call(SYSCALL.membarrier, CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)],
    [call(SYSCALL.membarrier, CMD_PRIVATE_EXPEDITED_SYNC_CORE)],
    [call(SYSCALL.membarrier, CMD_GLOBAL)],
    [call(SYSCALL.flushTlb)],
    [call(SYSCALL.abort)],
    [[OP.call, 0, 30, 0, 0]],
    [[OP.add, 0, 1, 0, 0]],
    [[OP.spin, 0, 1, 0, 0]],
    [
      [OP.storeCode, 0, ALL_PARTS, 0, 0],
      [OP.promise, 0, 0, 0, 0],
    ],
  ),
);
const kernelInstructions = fc.oneof(wakes, waits, yields);

function steps(of: fc.Arbitrary<Instruction[]>, maxLength: number): fc.Arbitrary<Instruction[]> {
  return fc.array(of, { maxLength, size: 'max' }).map((parts) => parts.flat());
}

const tasks = fc.boolean().chain((isKthread) => {
  const local = isKthread ? kernelInstructions : localInstructions;
  const any = isKthread
    ? kernelInstructions
    : fc.oneof({ weight: 5, arbitrary: local }, { weight: 1, arbitrary: sharedInstructions });
  return fc.record({
    mm: isKthread ? fc.constant(0) : index(MMS).map((mm) => mm + 1),
    cpu: index(MOST_CPUS),
    priority: index(2),
    rounds: fc.integer({ min: 1, max: 150 }),
    before: steps(any, 4),
    body: fc.oneof({ weight: 3, arbitrary: steps(local, 4) }, { weight: 1, arbitrary: steps(any, 6) }),
    after: steps(any, 4),
  });
});

const machines: fc.Arbitrary<Machine> = fc.record({
  cpus: fc.integer({ min: 1, max: MOST_CPUS }),
  tasks: fc.array(tasks, { minLength: 1, maxLength: 10, size: 'max' }),
  arch: fc.constantFrom(...profileNames()),
  policy: fc.constantFrom(...policyNames()),
  kernel: fc.constantFrom(...KERNEL_PRESETS.map((preset) => preset.name)),
  seed: index(100),
  timerPeriod: fc.constantFrom(undefined, undefined, 50_000),
});

const images = await emitFetchUnits([{ name: 'hot', placement: 'within-word', work: { iterations: 0 } }]);

async function boot(machine: Machine): Promise<VirtualMachine> {
  const { cpus } = machine;
  const instructions: Instruction[] = [];
  // Those from EVENTS on are a task's own.
  const own = ([op, a, b, c, d]: Instruction, task: number): Instruction => {
    if (op !== OP.syscall) return [op, a, b, c, d];
    if (a === SYSCALL.migrate) return [op, a, b % cpus, c, d];
    return (a === SYSCALL.wakeUp || a === SYSCALL.waitEvent) && b >= EVENTS
      ? [op, a, EVENTS + task, c, d]
      : [op, a, b, c, d];
  };
  const images_ = machine.tasks.map((task, number) => {
    const entry = instructions.length;
    instructions.push(...task.before);
    const first = instructions.length;
    instructions.push(
      ...task.body,
      [OP.nextRound, first, task.rounds, 0, 0],
      ...task.after,
      call(SYSCALL.exit),
    );
    for (let at = entry; at < instructions.length; at++) instructions[at] = own(instructions[at]!, number);
    const { mm, priority } = task;
    return { name: `${number}`, mm, cpu: task.cpu % cpus, entry, priority, start: 'boot' as const };
  });
  const spec: MachineSpec = {
    profile: await loadProfile(machine.arch),
    config: kernelPreset(machine.kernel),
    cpus,
    mms: Array.from({ length: MMS }, (_, mm) => `mm ${mm + 1}`),
    tasks: images_,
    instructions,
    units: images.map((unit) => ({ ...unit, offset: 0, length: unit.bytes.length })),
    codeBytes: images[0]!.bytes.length,
    events: EVENTS + machine.tasks.length,
    variables: ['variable'],
    forbidden: [],
    offline: [],
    without: [],
  };
  return new VirtualMachine({
    spec,
    policy: await loadPolicy(machine.policy),
    images: images.map((unit) => unit.bytes),
    runLoop: await loadRunLoop(),
    costs: inCycles(costProfile),
    seed: machine.seed,
    granularity: 'turn',
    timerPeriod: machine.timerPeriod,
    pace: ALWAYS,
  });
}

/** All that a run leaves. */
function all(machine: VirtualMachine): object {
  const { words, steps, cycles, recorder, judge, accounts } = machine;
  return {
    words: Buffer.from(words.buffer).toString('base64'),
    accounts: Buffer.from(accounts.cycles.buffer).toString('base64'),
    steps,
    cycles,
    tally: judge.tally,
    useful: recorder.ledger.useful,
    redundant: recorder.ledger.redundant,
    latency: recorder.membarrierLatency.quantiles,
  };
}

describe('going ahead', () => {
  it('is the same as the earliest first', async () => {
    let ahead = 0;
    let steps = 0;
    const halts = new Set<string>();
    await fc.assert(
      fc.asyncProperty(machines, async (drawn) => {
        const whole = await boot(drawn);
        const halt = whole.run(MAX_STEPS);
        const inOrder = await boot(drawn);
        let last = inOrder.run(SLICE - 1);
        for (let left = MAX_STEPS; last === 'step-limit' && left > 0; left -= SLICE)
          last = inOrder.run(SLICE - 1);
        expect(inOrder.stepsAhead).toBe(0);
        expect(halt).toBe(last);
        if (halt !== 'step-limit') expect(all(whole)).toEqual(all(inOrder));
        if (drawn.timerPeriod !== undefined) return;
        halts.add(halt);
        ahead += whole.stepsAhead;
        steps += whole.steps;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    if (process.env.N) console.log(ahead, steps, [...halts]);
    // Else this says nothing.
    expect(ahead).toBeGreaterThan(steps / 10);
    expect([...halts].sort()).toEqual(['deadlock', 'finished']);
  });
});

describe('LeastCost', () => {
  it('x', () => {
    expect(LeastCost).toBeDefined();
  });
});
