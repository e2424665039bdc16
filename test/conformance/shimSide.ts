/** Runs a sequence on the shim, in machines of several shapes: what a call returns depends on none of them. */
import { KERNEL_PRESETS, type KernelConfig, Machine, type Process, type Thread } from '../../src/index.js';
import { childName, countProcesses, type Results, type Step } from './sequence.js';

export interface Shape {
  readonly cpus: number;
  /** Threads of the first process besides the one that makes the calls; they sleep. */
  readonly siblings: number;
  readonly seed: number;
}

/** One cpu takes other shortcuts than several do, and so does one thread. */
export const SHAPES: readonly Shape[] = [
  { cpus: 1, siblings: 0, seed: 1 },
  { cpus: 1, siblings: 1, seed: 2 },
  { cpus: 2, siblings: 0, seed: 3 },
  { cpus: 4, siblings: 3, seed: 4 },
];

/** Today's kernel with the commands that a host has. */
export function shimConfig(commands: number): KernelConfig {
  return { ...KERNEL_PRESETS.find((preset) => preset.name === '6.x')!, commands };
}

export async function runOnShim(
  steps: readonly Step[],
  config: KernelConfig,
  { cpus, siblings, seed }: Shape,
): Promise<Results> {
  const processes = countProcesses(steps);
  const machine = await Machine.boot({
    cpus,
    seed,
    processes,
    threads: processes + siblings,
    kernel: config,
  });
  const first = machine.createProcess('first');
  const caller = first.createThread({ cpu: 0 });
  for (let sibling = 1; sibling <= siblings; sibling++) first.createThread({ cpu: sibling % cpus });
  const results: Record<string, number[]> = {};
  runSteps('', caller, steps, (name) => machine.createProcess(name), results);
  return results;
}

function runSteps(
  process: string,
  thread: Thread,
  steps: readonly Step[],
  create: (name: string) => Process,
  results: Record<string, number[]>,
): void {
  const mine: number[] = [];
  results[process] = mine;
  const whenDone: (() => void)[] = [];
  for (const [index, step] of steps.entries()) {
    if ('call' in step) {
      mine.push(thread.membarrier(...step.call));
      continue;
    }
    const name = childName(process, index);
    if ('exec' in step) {
      for (const run of whenDone) run();
      thread.exec(create(name));
      return runSteps(name, thread, step.exec, create, results);
    }
    const child = thread.fork(create(name));
    const run = (): void => runSteps(name, child, step.fork, create, results);
    if (step.when === 'now') run();
    else whenDone.push(run);
  }
  for (const run of whenDone) run();
}
