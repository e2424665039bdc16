/** Where each cpu stands, in words: for a run that did not come to its end. */
import { OP } from '../hw/instruction.js';
import type { KernelLayout } from '../kernel/layout.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { TASK_MODE } from '../kernel/task.js';

const MODE_NAMES = Object.fromEntries(Object.entries(TASK_MODE).map(([name, mode]) => [mode, name]));
const OP_NAMES = Object.fromEntries(Object.entries(OP).map(([name, op]) => [op, name]));

export function describeCpus(words: Int32Array, kernel: KernelLayout, spec: MachineSpec): string[] {
  const { task, runQueue } = kernel;
  return Array.from({ length: spec.cpus }, (_, cpu) => {
    const curr = words[runQueue.curr(cpu)]!;
    const image = spec.tasks[curr - spec.cpus];
    if (!image) return `cpu ${cpu}: idle`;
    const instruction = instructionText(spec, words[task.pc(curr)]!, (id) => words[kernel.variable(id)]!);
    const mode = MODE_NAMES[words[task.mode(curr)]!];
    return `cpu ${cpu}: task ${image.name}, mode ${mode}, round ${words[task.round(curr)]}, at ${instruction}`;
  });
}

/** @param valueNow of a variable. */
export function instructionText(
  spec: MachineSpec,
  pc: number,
  valueNow: (variable: number) => number,
): string {
  const [op, a] = spec.instructions[pc]!;
  const operand = op === OP.spin ? ` until '${spec.variables[a]}' (now ${valueNow(a)})` : '';
  return `${OP_NAMES[op]}${operand}`;
}
