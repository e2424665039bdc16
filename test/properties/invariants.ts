/** What holds of the kernel's state whatever has happened, one line per violation.
 *
 *  A cpu is settled while it runs user code or halts: then it is in the middle of nothing. Some invariants are exact only
 *  when every cpu is; until then each cpu that is not may be off by what it is just about to do. */
import type { KernelLayout } from '../../src/kernel/layout.js';
import type { MachineSpec } from '../../src/kernel/machineSpec.js';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { TASK_MODE, TASK_STATE } from '../../src/kernel/task.js';

/** A machine, as far as its state goes. */
export interface Observed {
  readonly spec: MachineSpec;
  readonly layout: { readonly kernel: KernelLayout };
  readonly words: Int32Array;
}

export interface Check {
  readonly violations: readonly string[];
  /** Was every cpu settled, so that everything was checked? */
  readonly exact: boolean;
}

export function isSettled({ words, layout: { kernel } }: Observed, cpu: number): boolean {
  const curr = words[kernel.runQueue.curr(cpu)]!;
  const mode = words[kernel.task.mode(curr)];
  return (
    mode === TASK_MODE.user || (mode === TASK_MODE.idle && words[kernel.runQueue.rcuCount(cpu)]! % 2 === 0)
  );
}

export function allSettled(machine: Observed): boolean {
  for (let cpu = 0; cpu < machine.spec.cpus; cpu++) if (!isSettled(machine, cpu)) return false;
  return true;
}

export function checkInvariants(machine: Observed): Check {
  const state = new State(machine);
  const unsettled = state.cpus.filter((cpu) => !isSettled(machine, cpu)).length;
  const violations = [
    ...currents(state),
    ...queues(state),
    ...reachable(state, unsettled),
    ...references(state, unsettled),
  ];
  if (unsettled === 0) violations.push(...users(state), ...liveTasks(state), ...loadedSpaces(state));
  violations.push(...registrations(state, machine));
  return { violations, exact: unsettled === 0 };
}

class State {
  readonly words: Int32Array;
  readonly kernel: KernelLayout;
  readonly spec: MachineSpec;
  readonly cpus: readonly number[];
  readonly tasks: readonly number[];
  readonly mms: readonly number[];
  /** Tasks on the queue of each cpu, in order. */
  readonly queued: readonly (readonly number[])[];

  constructor({ words, layout, spec }: Observed) {
    this.words = words;
    this.kernel = layout.kernel;
    this.spec = spec;
    this.cpus = Array.from({ length: spec.cpus }, (_, cpu) => cpu);
    this.tasks = Array.from({ length: spec.cpus + spec.tasks.length }, (_, task) => task);
    this.mms = Array.from({ length: spec.mms.length + 1 }, (_, mm) => mm);
    this.queued = this.cpus.map((cpu) => this.#queueOf(cpu));
  }

  at(address: number): number {
    return this.words[address]!;
  }

  curr(cpu: number): number {
    return this.at(this.kernel.runQueue.curr(cpu));
  }

  isIdle(task: number): boolean {
    return task < this.spec.cpus;
  }

  bornKthread(task: number): boolean {
    return !this.isIdle(task) && this.spec.tasks[task - this.spec.cpus]!.mm === 0;
  }

  mm(task: number): number {
    return this.at(this.kernel.task.mm(task));
  }

  state(task: number): number {
    return this.at(this.kernel.task.state(task));
  }

  #queueOf(cpu: number): number[] {
    const { runQueue, task } = this.kernel;
    const found: number[] = [];
    for (let link = this.at(runQueue.head(cpu)); link !== 0; link = this.at(task.nextOnRunQueue(link - 1))) {
      found.push(link - 1);
      if (found.length > this.tasks.length) break;
    }
    return found;
  }
}

/** Each cpu has one current task, and no task has two cpus. */
function currents(state: State): string[] {
  const seen = new Map<number, number>();
  return state.cpus.flatMap((cpu) => {
    const curr = state.curr(cpu);
    if (!state.tasks.includes(curr)) return [`cpu ${cpu} runs ${curr}, which is no task`];
    if (state.isIdle(curr) && curr !== cpu) return [`cpu ${cpu} runs the idle task of cpu ${curr}`];
    const other = seen.get(curr);
    seen.set(curr, cpu);
    return other === undefined ? [] : [`task ${curr} runs on cpus ${other} and ${cpu}`];
  });
}

/** A task is on one queue at most, that of its cpu, and only if it wants to run. */
function queues(state: State): string[] {
  const { runQueue, task } = state.kernel;
  const seen = new Map<number, number>();
  return state.cpus.flatMap((cpu) => {
    const queue = state.queued[cpu]!;
    if (queue.length > state.tasks.length) return [`the queue of cpu ${cpu} is a circle`];
    const last = state.at(runQueue.tail(cpu)) - 1;
    const tail =
      last === (queue.at(-1) ?? -1) ? [] : [`the queue of cpu ${cpu} ends with ${queue.at(-1)}, not ${last}`];
    const members = queue.flatMap((member) => {
      const other = seen.get(member);
      seen.set(member, cpu);
      if (other !== undefined) return [`task ${member} is on the queues of cpus ${other} and ${cpu}`];
      if (state.isIdle(member)) return [`idle task ${member} is on a queue`];
      if (state.state(member) !== TASK_STATE.running)
        return [`task ${member} is on a queue and does not want to run`];
      if (state.at(task.cpu(member)) !== cpu)
        return [`task ${member} is on the queue of cpu ${cpu}, and not its task`];
      // In the middle of schedule() a task may be both, under the lock.
      const isCurrent = state.curr(cpu) === member && state.at(runQueue.lock(cpu)) === 0;
      return isCurrent ? [`task ${member} runs on cpu ${cpu} and is on its queue`] : [];
    });
    return [...tail, ...members];
  });
}

/** A task that wants to run is on a queue or on a cpu; a cpu may be carrying one from one place to the other. */
function reachable(state: State, unsettled: number): string[] {
  const placed = new Set([...state.queued.flat(), ...state.cpus.map((cpu) => state.curr(cpu))]);
  const lost = state.tasks.filter(
    (task) => !state.isIdle(task) && state.state(task) === TASK_STATE.running && !placed.has(task),
  );
  return lost.length > unsettled ? [`tasks ${lost.join(', ')} want to run and are nowhere`] : [];
}

/** mm_count: one for all users together, one for each cpu that borrows the mm, one for each kernel thread that uses it.
 *  A cpu in the middle of something holds or owes one of them at most. */
function references(state: State, unsettled: number): string[] {
  const { task, mm: mms } = state.kernel;
  return state.mms.flatMap((mm) => {
    const shared = state.at(mms.users(mm)) > 0 ? 1 : 0;
    const borrowed = state.cpus.filter((cpu) => {
      const curr = state.curr(cpu);
      return state.mm(curr) === 0 && state.at(task.activeMm(curr)) === mm;
    }).length;
    const used =
      mm === 0 ? 0 : state.tasks.filter((each) => state.bornKthread(each) && state.mm(each) === mm).length;
    const expected = shared + borrowed + used;
    const count = state.at(mms.count(mm));
    return Math.abs(count - expected) > unsettled || count < 0
      ? [`mm ${mm} has ${count} references, expected ${expected} (${unsettled} cpus are not settled)`]
      : [];
  });
}

/** mm_users: the tasks of the mm that are not kernel threads. */
function users(state: State): string[] {
  return state.mms.slice(1).flatMap((mm) => {
    const expected = state.tasks.filter((task) => state.mm(task) === mm && !state.bornKthread(task)).length;
    const counted = state.at(state.kernel.mm.users(mm));
    return counted === expected ? [] : [`mm ${mm} has ${counted} users, expected ${expected}`];
  });
}

function liveTasks(state: State): string[] {
  const alive = state.tasks.filter(
    (task) =>
      !state.isIdle(task) && state.state(task) !== TASK_STATE.dead && state.state(task) !== TASK_STATE.unborn,
  ).length;
  const counted = state.at(state.kernel.run.liveTasks(0));
  return counted === alive ? [] : [`${counted} tasks are counted as alive, expected ${alive}`];
}

/** A cpu that runs user code has its mm loaded, and is in the cpumask of that mm only. */
function loadedSpaces(state: State): string[] {
  const { runQueue, mmCpumask, hw } = state.kernel;
  return state.cpus.flatMap((cpu) => {
    const loaded = state.at(runQueue.loadedMm(cpu));
    const own = state.mm(state.curr(cpu));
    if (own !== 0 && loaded !== own) return [`cpu ${cpu} runs a task of mm ${own} with mm ${loaded} loaded`];
    if (state.at(hw.cpu.addressSpace(cpu)) !== loaded) {
      return [`cpu ${cpu} has mm ${loaded} loaded, the hardware has ${state.at(hw.cpu.addressSpace(cpu))}`];
    }
    const masks = state.mms.filter((mm) => (state.at(mmCpumask(mm, cpu >>> 5)) & (1 << (cpu & 31))) !== 0);
    // At boot no mask is set.
    return masks.some((mm) => mm !== loaded) || (masks.length === 0 && loaded !== 0)
      ? [`cpu ${cpu} has mm ${loaded} loaded and is in the cpumasks of ${masks.join(', ') || 'none'}`]
      : [];
  });
}

const VARIANTS = [
  [STATE.privateExpeditedReady, STATE.privateExpedited],
  [STATE.globalExpeditedReady, STATE.globalExpedited],
  [STATE.syncCoreReady, STATE.syncCore | STATE.privateExpedited],
  [STATE.rseqReady, STATE.rseq | STATE.privateExpedited],
] as const;

/** Once an mm is READY, every cpu that runs it knows the intent: that is what two phases are for. */
function registrations(state: State, machine: Observed): string[] {
  if (state.spec.config.registration !== 'two-phase') return [];
  return state.cpus.flatMap((cpu) => {
    const own = state.mm(state.curr(cpu));
    if (own === 0 || !isSettled(machine, cpu)) return [];
    const word = state.at(state.kernel.mm.membarrierState(own));
    const known = state.at(state.kernel.runQueue.membarrierState(cpu));
    return VARIANTS.filter(([ready, intent]) => (word & ready) !== 0 && (known & intent) !== intent).map(
      ([ready]) => `cpu ${cpu} runs mm ${own}, which is READY (${ready}), with the word ${known}`,
    );
  });
}
