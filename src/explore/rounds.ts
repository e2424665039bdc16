/** From boot to where the tasks have set up and begin their rounds, by one fixed schedule. */
import { OP } from '../hw/instruction.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import { SYSCALL } from '../kernel/syscall.js';
import { TASK_MODE } from '../kernel/task.js';
import { cpuStep, delivery, isDrain, isInvalidation, type Transition } from '../trace/schedule.js';
import type { Space } from './space.js';

/** What has to happen next: interrupts, stores and invalidations arrive at once, then whoever is behind goes on, a single access.
 *  @returns undefined where every task that runs has arrived. */
export function nextTowardsRounds(space: Space): Transition | undefined {
  const cpus = Array.from({ length: space.spec.cpus }, (_, cpu) => cpu);
  const due = cpus.find((cpu) => space.isInFlight(cpu));
  if (due !== undefined) return delivery(due);
  if (space.isWeaklyOrdered) {
    const arriving = space.transitions().find((one) => isDrain(one) || isInvalidation(one));
    if (arriving !== undefined) return arriving;
  }
  const able = cpus.filter((cpu) => space.enabled.mayStep(cpu));
  const behind = able.find((cpu) => !hasArrived(space, cpu)) ?? able.find((cpu) => space.isPending(cpu));
  return behind === undefined ? undefined : cpuStep(behind);
}

function hasArrived({ words, layout: { kernel }, spec }: Space, cpu: number): boolean {
  const curr = words[kernel.runQueue.curr(cpu)]!;
  const task = spec.tasks[curr - spec.cpus];
  const start = task && roundsOf(spec, task.entry);
  const mode = words[kernel.task.mode(curr)]!;
  const isAtWork = mode === TASK_MODE.user || mode === TASK_MODE.kthread;
  return start !== undefined && isAtWork && words[kernel.task.pc(curr)]! >= start;
}

/** The first instruction of a task's rounds; undefined where it has none. */
function roundsOf({ instructions }: MachineSpec, entry: number): number | undefined {
  for (let at = entry; at < instructions.length; at++) {
    const [op, a] = instructions[at]!;
    if (op === OP.nextRound) return a;
    if (op === OP.syscall && a === SYSCALL.exit) return undefined;
  }
  return undefined;
}
