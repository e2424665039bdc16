/** Cpus that go on without regard to each other: it must be the same as the earliest first, whatever they do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy, loadProfile, policyNames, profileNames } from '../../../src/engines/catalogue.js';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import type { VirtualHardware } from '../../../src/engines/virtual/hardware.js';
import { type Lanes, STANDS } from '../../../src/engines/virtual/lanes.js';
import { LeastCost } from '../../../src/engines/virtual/leastCost.js';
import { Lookahead } from '../../../src/engines/virtual/lookahead.js';
import { SLICE } from '../../../src/engines/virtual/steps.js';
import type { Pace } from '../../../src/engines/virtual/turnSteps.js';
import { type Halt, VirtualMachine } from '../../../src/engines/virtual/virtualMachine.js';
import { inCycles } from '../../../src/hw/costProfile.js';
import { costProfile } from '../../../src/hw/costs/generic-x86-64.js';
import { IRQ_RESCHEDULE } from '../../../src/hw/doorbell.js';
import { ALL_PARTS, type Instruction, OP } from '../../../src/hw/instruction.js';
import { emitFetchUnits } from '../../../src/jit/fetchUnit.js';
import { allocateMemory, boot, declareMachine } from '../../../src/kernel/boot.js';
import type { KernelConfig } from '../../../src/kernel/kernelConfig.js';
import { KERNEL_PRESETS, kernelPreset } from '../../../src/kernel/kernelPresets.js';
import type { MachineSpec } from '../../../src/kernel/machineSpec.js';
import {
  CMD_GLOBAL,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../../src/kernel/membarrierCommands.js';
import { SYSCALL } from '../../../src/kernel/syscall.js';
import { TASK_STATE, TIF_SIGPENDING } from '../../../src/kernel/task.js';

const RUNS = process.env.CORESYNC_PROPERTIES === 'long' ? 5000 : 120;
const SEED = Number(process.env.CORESYNC_PROPERTIES_SEED ?? 1);
const TIMEOUT_MS = process.env.CORESYNC_PROPERTIES === 'long' ? 3_600_000 : 60_000;
const EVENTS = 4;
const MMS = 3;
const MOST_CPUS = 6;
/** With a timer, who waits for ever is interrupted for ever. */
const MAX_STEPS = 40_000;

/** As often as it can be, and never far, so that who goes ahead is seen at every place. */
const ALWAYS: Pace = { inOrder: 1, mostInOrder: 1, leastSwitches: 0, mostSwitches: 8 };

/** So few steps at a time that none is made ahead. */
const IN_ORDER = SLICE - 1;

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
  readonly waits: KernelConfig['waits'];
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
/* For what others signal: it sleeps, and perhaps for ever. */
const sleeps = index(EVENTS).map((event): Instruction[] => [call(SYSCALL.waitEvent, event, 0, 1)]);
const localInstructions: fc.Arbitrary<Instruction[]> = fc.oneof(
  wakes,
  wakes,
  waits,
  sleeps,
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
const kernelInstructions = fc.oneof(wakes, wakes, waits, sleeps, yields);

function steps(of: fc.Arbitrary<Instruction[]>, maxLength: number): fc.Arbitrary<Instruction[]> {
  return fc.array(of, { maxLength, size: 'max' }).map((parts) => parts.flat());
}

const tasks = fc.boolean().chain((isKthread) => {
  const local = isKthread ? kernelInstructions : localInstructions;
  const any = isKthread
    ? kernelInstructions
    : fc.oneof({ weight: 3, arbitrary: local }, { weight: 1, arbitrary: sharedInstructions });
  return fc.record({
    mm: isKthread ? fc.constant(0) : index(MMS).map((mm) => mm + 1),
    cpu: index(MOST_CPUS),
    priority: index(2),
    rounds: fc.integer({ min: 1, max: 150 }),
    before: steps(any, 4),
    body: fc.oneof({ weight: 2, arbitrary: steps(local, 4) }, { weight: 1, arbitrary: steps(any, 8) }),
    after: steps(any, 4),
  });
});

const machines: fc.Arbitrary<Machine> = fc.record({
  cpus: fc.integer({ min: 1, max: MOST_CPUS }),
  tasks: fc.array(tasks, { minLength: 1, maxLength: 10, size: 'max' }),
  arch: fc.constantFrom(...profileNames()),
  policy: fc.constantFrom(...policyNames()),
  kernel: fc.constantFrom(...KERNEL_PRESETS.map((preset) => preset.name)),
  waits: fc.constantFrom('uninterruptible' as const, 'killable' as const),
  seed: index(100),
  timerPeriod: fc.constantFrom(undefined, undefined, 50_000),
});

const images = await emitFetchUnits([{ name: 'hot', placement: 'within-word', work: { iterations: 0 } }]);

async function drawnMachine(machine: Machine): Promise<VirtualMachine> {
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
  const taskImages = machine.tasks.map((task, number) => {
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
    config: { ...kernelPreset(machine.kernel), waits: machine.waits },
    cpus,
    mms: Array.from({ length: MMS }, (_, mm) => `mm ${mm + 1}`),
    tasks: taskImages,
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
  it(
    'is the same as the earliest first',
    async () => {
      let ahead = 0;
      let steps = 0;
      const halts = new Set<string>();
      await fc.assert(
        fc.asyncProperty(machines, async (drawn) => {
          const whole = await drawnMachine(drawn);
          const halt = whole.run(MAX_STEPS);
          const inOrder = await drawnMachine(drawn);
          let last: Halt = 'step-limit';
          for (let left = MAX_STEPS; last === 'step-limit' && left > 0; left -= IN_ORDER) {
            last = inOrder.run(Math.min(left, IN_ORDER));
          }
          expect(inOrder.stepsAhead).toBe(0);
          expect(halt).toBe(last);
          if (halt !== 'step-limit') expect(all(whole)).toEqual(all(inOrder));
          if (drawn.timerPeriod !== undefined) return;
          halts.add(halt);
          ahead += whole.stepsAhead;
          steps += whole.steps;
        }),
        { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: TIMEOUT_MS / 2, markInterruptAsFailure: true },
      );
      // Else this says nothing.
      expect(ahead).toBeGreaterThan(steps / 10);
      expect([...halts].sort()).toEqual(['deadlock', 'finished']);
    },
    TIMEOUT_MS,
  );
});

const COSTS = inCycles(costProfile);
const GETPID = COSTS.load + COSTS.syscallEntry + Math.min(COSTS.syscallReturn, COSTS.interruptReturn);
const EVENT_CALL = GETPID + COSTS.atomic;

/** A task of mm 1 for each program. */
async function specOf(cpus: number, ...programs: readonly (readonly Instruction[])[]): Promise<MachineSpec> {
  const entries = programs.map((_, number) => programs.slice(0, number).flat().length);
  return {
    profile: await loadProfile('x86-64'),
    config: kernelPreset('6.x'),
    cpus,
    mms: ['mm 1'],
    tasks: entries.map((entry, number) => ({
      name: `${number}`,
      mm: 1,
      cpu: number % cpus,
      entry,
      priority: 0,
      start: 'boot',
    })),
    instructions: programs.flat(),
    units: [],
    codeBytes: 0,
    events: EVENTS,
    variables: ['variable'],
    forbidden: [],
    offline: [],
    without: [],
  };
}

describe('LeastCost', () => {
  const wake = call(SYSCALL.wakeUp, 0);
  const wait = call(SYSCALL.waitEvent, 0, 0, 1);
  const getpid = call(SYSCALL.getpid);
  const exit = call(SYSCALL.exit);

  async function leastCost(program: readonly Instruction[], isLocal = () => true): Promise<LeastCost> {
    const least = new LeastCost(await specOf(1, program), COSTS);
    least.update(isLocal);
    return least;
  }

  it('adds up what is certain, without the instruction that the task is in', async () => {
    const least = await leastCost([wake, getpid, wait, exit]);
    expect([0, 1, 2, 3].map((pc) => least.untilShared(pc, 1))).toEqual([
      GETPID + EVENT_CALL,
      EVENT_CALL,
      0,
      0,
    ]);
  });

  it('takes an event that is not local for shared', async () => {
    const least = await leastCost([getpid, getpid, wake, exit], () => false);
    expect([0, 1, 2].map((pc) => least.untilShared(pc, 1))).toEqual([GETPID, 0, 0]);
  });

  it('counts the rounds that are left', async () => {
    const least = await leastCost([wake, getpid, [OP.nextRound, 0, 10, 0, 0], getpid, exit]);
    const round = EVENT_CALL + GETPID;
    expect(least.untilShared(0, 1)).toBe(GETPID + 9 * round + GETPID);
    expect(least.untilShared(1, 1)).toBe(9 * round + GETPID);
    expect(least.untilShared(1, 10)).toBe(GETPID);
    expect(least.untilShared(3, 11)).toBe(0);
  });

  it('stops at what is shared in the next round, and at a second loop', async () => {
    const shared: Instruction = [OP.add, 0, 1, 0, 0];
    const inBody = await leastCost([getpid, shared, getpid, [OP.nextRound, 0, 10, 0, 0], exit]);
    expect(inBody.untilShared(2, 1)).toBe(GETPID);
    expect(inBody.untilShared(2, 10)).toBe(0);
    const twoLoops = await leastCost([
      getpid,
      [OP.nextRound, 0, 3, 0, 0],
      getpid,
      [OP.nextRound, 2, 9, 0, 0],
      exit,
    ]);
    expect(twoLoops.untilShared(0, 1)).toBe(2 * GETPID + GETPID);
  });

  it('sees a way out of the loop that is taken in the next round', async () => {
    const least = await leastCost([
      getpid,
      [OP.onError, 0, 4, 0, 0],
      getpid,
      [OP.nextRound, 0, 10, 0, 0],
      exit,
    ]);
    expect(least.untilShared(2, 1)).toBe(GETPID + COSTS.load);
  });

  it('takes the shorter way of a branch, and none that goes back', async () => {
    const { onError, goTo } = OP;
    const either = await leastCost([getpid, [onError, 0, 4, 0, 0], getpid, getpid, exit]);
    expect(either.untilShared(0, 1)).toBe(COSTS.load);
    const around = await leastCost([getpid, [goTo, 3, 0, 0, 0], exit, getpid, exit]);
    expect(around.untilShared(0, 1)).toBe(COSTS.load + GETPID);
    const back = await leastCost([getpid, getpid, [goTo, 0, 0, 0, 0], exit]);
    expect(back.untilShared(0, 1)).toBe(GETPID);
  });

  it('takes whatever it does not know for shared', async () => {
    const local = ['goTo', 'onError', 'nextRound'];
    const localCalls = ['getpid', 'schedYield', 'waitEvent', 'wakeUp'];
    for (const [name, op] of Object.entries(OP).filter(([other]) => other !== 'syscall')) {
      const least = await leastCost([getpid, [op, 2, 2, 0, 2], getpid, exit]);
      expect(least.untilShared(0, 1) > 0, name).toBe(local.includes(name));
    }
    for (const [name, nr] of Object.entries(SYSCALL)) {
      const least = await leastCost([getpid, call(nr, 0, 0), getpid, exit]);
      expect(least.untilShared(0, 1) > 0, name).toBe(localCalls.includes(name));
    }
  });

  it('knows that a kernel thread neither enters the kernel nor returns', async () => {
    const spec = await specOf(1, [wake, wake, exit]);
    const [task] = spec.tasks;
    const least = new LeastCost({ ...spec, tasks: [{ ...task!, mm: 0 }] }, COSTS);
    least.update(() => true);
    expect(least.untilShared(0, 1)).toBe(COSTS.atomic);
  });
});

describe('Lookahead', () => {
  const [FAR, AT] = [1e9, 1000];
  const exit = call(SYSCALL.exit);
  const LONG = 100;
  const program = (event: number): Instruction[] => [
    ...Array.from({ length: LONG }, () => call(SYSCALL.wakeUp, event)),
    exit,
  ];

  /** Two cpus with a task each; the second cpu is a little later. */
  async function ahead(...programs: readonly (readonly Instruction[])[]) {
    const spec = await specOf(2, ...programs);
    const layout = declareMachine(spec, 'packed');
    const { buffer } = allocateMemory(layout.byteLength);
    boot(spec, layout, buffer as unknown as SharedArrayBuffer, []);
    const words = new Int32Array(buffer);
    const { kernel } = layout;
    for (const cpu of [0, 1]) {
      words[kernel.runQueue.curr(cpu)] = 2 + cpu;
      words[kernel.task.flags(cpu)] = 0;
    }
    const lanes = { words, stands: new Uint8Array(2) };
    const hardware = {
      times: Float64Array.of(AT, AT + 7),
      interrupts: { nextAt: FAR },
      watchers: { count: 0 },
      costs: COSTS,
    };
    const lookahead = new Lookahead(
      spec,
      kernel,
      lanes as unknown as Lanes,
      hardware as unknown as VirtualHardware,
    );
    return { kernel, words, lanes, hardware, until: () => lookahead.until(0) };
  }

  const undisturbed = AT + (LONG - 1) * EVENT_CALL;

  it('goes on until the first of all tasks may do something shared', async () => {
    const { until, words, kernel } = await ahead(program(0), program(1));
    expect(until()).toBe(undisturbed);
    words[kernel.task.pc(3)] = 2 * LONG + 1 - 10;
    expect(until()).toBe(AT + 7 + 9 * EVENT_CALL);
  });

  it('knows that an event is shared as soon as tasks on two cpus may use it', async () => {
    expect((await ahead(program(0), program(0))).until()).toBe(AT);
    const { until, words, kernel } = await ahead(program(0), program(1), program(0), program(1));
    expect(until()).toBe(undisturbed);
    words[kernel.task.cpu(4)] = 1;
    expect(until()).toBe(AT);
    words[kernel.task.state(4)] = TASK_STATE.dead;
    expect(until()).toBe(undisturbed);
  });

  it('stops where a cpu is disturbed', async () => {
    const one = await ahead(program(0), program(1));
    one.hardware.interrupts.nextAt = AT + 100;
    expect(one.until(), 'an interrupt on its way').toBe(AT + 100);
    one.hardware.interrupts.nextAt = FAR;
    one.words[one.kernel.hw.cpu.doorbell(1)] = IRQ_RESCHEDULE;
    expect(one.until(), 'an interrupt that has come').toBe(AT + 7);
    one.words[one.kernel.hw.cpu.doorbell(1)] = 0;
    one.lanes.stands[1] = STANDS.inside;
    expect(one.until(), 'a routine that has waited').toBe(AT + 7);
    one.lanes.stands[1] = STANDS.between;
    one.words[one.kernel.task.flags(3)] = TIF_SIGPENDING;
    expect(one.until(), 'a task that is about to end').toBe(AT + 7);
    one.words[one.kernel.task.flags(3)] = 0;
    one.words[one.kernel.task.cpu(3)] = 0;
    expect(one.until(), 'a task that is about to move').toBe(AT + 7);
    one.words[one.kernel.task.cpu(3)] = 1;
    one.hardware.watchers.count = 1;
    expect(one.until(), 'somebody who waits for a word').toBe(Number.NEGATIVE_INFINITY);
    one.hardware.watchers.count = 0;
    expect(one.until()).toBe(undisturbed);
  });

  it('does not ask a cpu that waits, as only what is shared or an interrupt wakes it', async () => {
    const { until, words, kernel, lanes } = await ahead(program(0), program(1));
    words[kernel.task.pc(3)] = 2 * LONG + 1;
    expect(until()).toBe(AT + 7);
    lanes.stands[1] = STANDS.waiting;
    expect(until()).toBe(undisturbed);
  });
});
