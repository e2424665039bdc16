/** Boots a mix in virtual time, with a keeper: one more task that sleeps until it is signalled from outside. When the
 *  others are done, the machine stands still with every cpu idle, and what is left over can be counted exactly. */
import { loadPolicy, loadProfile } from '../../src/engines/catalogue.js';
import { loadRunLoop } from '../../src/engines/runLoop.js';
import { VirtualMachine } from '../../src/engines/virtual/virtualMachine.js';
import { inCycles } from '../../src/hw/costProfile.js';
import { costProfile } from '../../src/hw/costs/generic-x86-64.js';
import { IRQ_RESCHEDULE } from '../../src/hw/doorbell.js';
import { ALL_PARTS, type Instruction, OP } from '../../src/hw/instruction.js';
import { emitFetchUnits, type FetchUnit } from '../../src/jit/fetchUnit.js';
import { signalFromOutside } from '../../src/kernel/boot.js';
import type { KernelConfig } from '../../src/kernel/kernelConfig.js';
import { kernelPreset } from '../../src/kernel/kernelPresets.js';
import type { MachineSpec, TaskImage } from '../../src/kernel/machineSpec.js';
import { SYSCALL } from '../../src/kernel/syscall.js';
import type { Mix, MixStep } from './taskMix.js';

const HOT = 0;

let loading: Promise<FetchUnit[]> | undefined;

function unit(): Promise<FetchUnit[]> {
  loading ??= emitFetchUnits([{ name: 'hot', placement: 'within-word', work: { iterations: 0 } }]);
  return loading;
}

export interface MixMachine {
  readonly machine: VirtualMachine;
  readonly keeper: number;
  /** Steps that a task has done, and that it has in all. */
  readonly progress: () => readonly (readonly [done: number, of: number])[];
  /** Wakes the keeper, which then exits. */
  readonly release: () => void;
}

/** What a mix is booted from. */
export interface MixParts {
  readonly spec: MachineSpec;
  readonly images: readonly Uint8Array[];
  readonly keeper: number;
  readonly keeperEvent: number;
}

/** The kernel without the holes that ordering-global-lazy and ordering-global-exit are about: a cpu that runs a registered mm
 *  knows it. */
export const CLOSED = {
  membarrierSwitchMm: 'looks-always',
  runQueueState: 'every-change-of-mm',
} as const satisfies Partial<KernelConfig>;

/** @param config what is different from the kernel of the mix. */
export async function partsOfMix(mix: Mix, config: Partial<KernelConfig> = {}): Promise<MixParts> {
  const images = await unit();
  const instructions: Instruction[] = [];
  const tasks: TaskImage[] = mix.tasks.map((task, index) => {
    const entry = instructions.length;
    for (const step of task.steps) {
      instructions.push(...instructionsOf(step, mix.cpus), [OP.add, index, 1, 0, 0]);
    }
    instructions.push([OP.syscall, SYSCALL.exit, 0, 0, 0]);
    const { mm, cpu, priority, start } = task;
    return { name: `task ${index}`, mm, cpu, entry, priority, start };
  });
  const keeper = mix.cpus + tasks.length;
  const keeperEvent = mix.events;
  tasks.push({
    name: 'keeper',
    mm: mix.mms + 1,
    cpu: 0,
    entry: instructions.length,
    priority: 0,
    start: 'boot',
  });
  instructions.push([OP.syscall, SYSCALL.waitEvent, keeperEvent, 1, 0], [OP.syscall, SYSCALL.exit, 0, 0, 0]);
  const spec: MachineSpec = {
    profile: await loadProfile(mix.arch),
    config: { ...kernelPreset(mix.kernel), ...config },
    cpus: mix.cpus,
    mms: Array.from({ length: mix.mms + 1 }, (_, index) => `mm ${index + 1}`),
    tasks,
    instructions,
    units: images.map(({ name, bytes, siteOffset, siteBytes }) => ({
      name,
      offset: 0,
      length: bytes.length,
      siteOffset,
      siteBytes,
    })),
    codeBytes: images[HOT]!.bytes.length,
    events: mix.events + 1,
    forbidden: [],
    variables: mix.tasks.map((_, index) => `steps of ${index}`),
    offline: mix.offline,
    without: [],
  };
  return { spec, images: images.map(({ bytes }) => bytes), keeper, keeperEvent };
}

export async function bootMix(mix: Mix, config: Partial<KernelConfig> = {}): Promise<MixMachine> {
  const { spec, images, keeper, keeperEvent } = await partsOfMix(mix, config);
  const machine = new VirtualMachine({
    spec,
    policy: await loadPolicy(mix.policy),
    images,
    runLoop: await loadRunLoop(),
    costs: inCycles(costProfile),
    seed: mix.seed,
    granularity: mix.granularity,
  });
  const { kernel } = machine.layout;
  return {
    machine,
    keeper,
    progress: () =>
      mix.tasks.map(({ steps }, index) => [machine.words[kernel.variable(index)]!, steps.length] as const),
    release: () => {
      const cpu = signalFromOutside(machine.words, kernel, keeperEvent, keeper);
      machine.interrupt(cpu, IRQ_RESCHEDULE);
    },
  };
}

function instructionsOf(step: MixStep, cpus: number): Instruction[] {
  const call = (nr: number, a = 0, b = 0, c = 0): Instruction => [OP.syscall, nr, a, b, c];
  switch (step.op) {
    case 'call':
      return [[OP.call, HOT, 2, 0, 0]];
    case 'patch':
      return [
        [OP.storeCode, HOT, ALL_PARTS, 0, 0],
        [OP.clean, HOT, 0, 0, 0],
        [OP.invalidate, HOT, 0, 0, 0],
      ];
    case 'yield':
      return [call(SYSCALL.schedYield)];
    case 'getpid':
      return [call(SYSCALL.getpid)];
    case 'flush-tlb':
      return [call(SYSCALL.flushTlb)];
    case 'unuse-mm':
      return [call(SYSCALL.kthreadUnuseMm)];
    case 'wake':
      return [call(SYSCALL.wakeUp, step.event)];
    case 'wait':
      return [call(SYSCALL.waitEvent, step.event, step.signals)];
    case 'membarrier': {
      const membarrier = call(SYSCALL.membarrier, step.command, step.flags, step.cpu);
      if (step.movesTo === undefined) return [membarrier];
      return [call(SYSCALL.migrateInsideMembarrier, step.movesTo % cpus), membarrier];
    }
    case 'migrate':
      return [call(SYSCALL.migrate, step.cpu)];
    case 'cpu-up':
      return [call(SYSCALL.cpuUp, step.cpu)];
    case 'fork':
      return [call(SYSCALL.fork, cpus + step.child)];
    case 'exec':
      return [call(SYSCALL.exec, step.mm)];
    case 'use-mm':
      return [call(SYSCALL.kthreadUseMm, step.mm)];
  }
}
