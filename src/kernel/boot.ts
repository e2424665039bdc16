/** Boots a machine: declares its layout and writes the first state into its memory.
 *
 *  Every worker declares the same layout from the same spec; only one of them writes the state.
 *  Source: the idle tasks are Linux's `swapper/N`, lazy on init_mm (mm 0 here). */
import { LabError } from '../base/errors.js';
import { LayoutBuilder, type Region, type Spacing } from '../base/layout.js';
import { CodeMemory } from '../hw/codeMemory.js';
import type { OrderingPoints } from '../hw/processor.js';
import type { KernelConfig } from './kernelConfig.js';
import { declareKernel, type KernelDimensions, type KernelLayout } from './layout.js';
import type { MachineSpec } from './machineSpec.js';
import { ORDERING_POINTS } from './orderingPoints.js';
import { TASK_MODE, TASK_STATE, TIF_NEED_RESCHED, WAKES } from './task.js';

export interface MachineLayout {
  readonly kernel: KernelLayout;
  readonly regions: readonly Region[];
  readonly byteLength: number;
}

export function declareMachine(spec: MachineSpec, spacing: Spacing = 'cache-lines'): MachineLayout {
  const builder = new LayoutBuilder(spacing);
  const kernel = declareKernel(builder, spec.profile, dimensionsOf(spec));
  return { kernel, regions: builder.regions, byteLength: builder.byteLength };
}

export function dimensionsOf(spec: MachineSpec): KernelDimensions {
  return {
    cpus: spec.cpus,
    units: spec.units.length,
    codeBytes: spec.codeBytes,
    tasks: spec.cpus + spec.tasks.length,
    mms: spec.mms.length + 1,
    events: spec.events,
    variables: spec.variables.length,
    instructions: spec.instructions.length,
  };
}

/** The memory of a machine, zeroed. Shared, because WebAssembly user code and other workers look at it. */
export function allocateMemory(byteLength: number): WebAssembly.Memory {
  const pages = Math.ceil(byteLength / 65536);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Writes programs, tasks and code into zeroed memory. `images` are the bytes of the units, in order. */
export function boot(
  spec: MachineSpec,
  { kernel }: MachineLayout,
  buffer: SharedArrayBuffer,
  images: readonly Uint8Array[],
): void {
  const words = new Int32Array(buffer);
  const { task, mm, runQueue, instruction, hw } = kernel;

  spec.instructions.forEach((code, index) => {
    words.set(code, instruction(index));
  });

  const code = new CodeMemory(hw, buffer);
  spec.units.forEach((unit, index) => {
    code.map(unit.offset, images[index]!);
  });

  for (let cpu = 0; cpu < spec.cpus; cpu++) {
    words[task.mode(cpu)] = TASK_MODE.idle;
    words[task.cpu(cpu)] = cpu;
    words[runQueue.curr(cpu)] = cpu;
    words[runQueue.idle(cpu)] = cpu;
    words[runQueue.isLazy(cpu)] = 1;
    words[runQueue.online(cpu)] = spec.offline.includes(cpu) ? 0 : 1;
    words[runQueue.hasStarted(cpu)] = words[runQueue.online(cpu)]!;
    words[runQueue.rcuCount(cpu)] = 1;
  }
  words[mm.count(0)] = spec.cpus;

  spec.tasks.forEach((image, index) => {
    const id = spec.cpus + index;
    words[task.activeMm(id)] = image.mm;
    words[task.cpu(id)] = image.cpu;
    words[task.priority(id)] = image.priority;
    words[task.pc(id)] = image.entry;
    words[task.round(id)] = 1;
    words[task.state(id)] = TASK_STATE.unborn;
    if (image.start === 'boot') startTask(words, kernel, id, image.mm, image.cpu);
  });
}

/** Makes a declared task runnable from outside the simulation: at boot, or between two steps of a machine that is
 *  driven by hand. Its cpu has to be interrupted if it may be idle. */
export function startTask(
  words: Int32Array,
  kernel: KernelLayout,
  id: number,
  own: number,
  cpu: number,
): void {
  const { task, mm, run } = kernel;
  words[task.state(id)] = TASK_STATE.running;
  // A new task leaves fork() on its way to user mode, by the system call return.
  words[task.mode(id)] = own === 0 ? TASK_MODE.kthread : TASK_MODE.exiting;
  words[task.mm(id)] = own;
  words[task.activeMm(id)] = own;
  words[task.cpu(id)] = cpu;
  words[run.liveTasks(0)]!++;
  if (own !== 0 && words[mm.users(own)]!++ === 0) words[mm.count(own)]!++; // all users hold one reference together
  enqueueFromOutside(words, kernel, id, cpu);
}

/** Signals an event from outside the simulation on which only task `id` ever waits.
 *  @returns the cpu to interrupt. */
export function signalFromOutside(
  words: Int32Array,
  kernel: KernelLayout,
  event: number,
  id: number,
): number {
  const { task, event: events } = kernel;
  const cpu = words[task.cpu(id)]!;
  words[events.counter(event)]!++;
  words[events.head(event)] = 0;
  if (words[task.state(id)]! & WAKES.event) {
    words[task.state(id)] = TASK_STATE.running;
    if (words[task.onRunQueue(id)] === 0) enqueueFromOutside(words, kernel, id, cpu);
  }
  return cpu;
}

function enqueueFromOutside(
  words: Int32Array,
  { task, runQueue }: KernelLayout,
  id: number,
  cpu: number,
): void {
  const tail = words[runQueue.tail(cpu)]!;
  words[task.nextOnRunQueue(id)] = 0;
  words[tail === 0 ? runQueue.head(cpu) : task.nextOnRunQueue(tail - 1)] = id + 1;
  words[runQueue.tail(cpu)] = id + 1;
  words[task.onRunQueue(id)] = 1;
  words[task.flags(words[runQueue.curr(cpu)]!)]! |= TIF_NEED_RESCHED;
}

/** The ordering points, less those of `--without` and those that the kernel does not have.
 *  @throws {LabError} E_UNKNOWN_POINT */
export function orderingPoints(config: KernelConfig, without: readonly string[]): OrderingPoints {
  const ids = ORDERING_POINTS.map((point) => point.id);
  const unknown = without.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new LabError('E_UNKNOWN_POINT', `unknown barrier id '${unknown}'`, `Known: ${ids.join(', ')}.`);
  }
  const missing = [...without, ...config.missingPoints];
  return { ids, removed: Uint8Array.from(ids, (id) => (missing.includes(id) ? 1 : 0)) };
}
