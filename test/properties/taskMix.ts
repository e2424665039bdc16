/** Random mixes of tasks that can always come to their end, as plain data.
 *
 *  A mix is one list of steps, each by a task. A task may wait only for signals that stand before the wait in the list,
 *  and acts only after it was forked and its cpu came up. So the steps can be done in the order of the list; events
 *  only count up, so what one order can do no other order can block: a run that stops before the end is a deadlock of
 *  the kernel. */
import fc from 'fast-check';
import { KERNEL_PRESETS } from '../../src/index.js';
import {
  ALL_COMMANDS,
  CMD_FLAG_CPU,
  CMD_PRIVATE_EXPEDITED_RSEQ,
} from '../../src/kernel/membarrierCommands.js';

export type MixStep =
  | { readonly op: 'call' | 'patch' | 'yield' | 'getpid' | 'flush-tlb' | 'unuse-mm' }
  | { readonly op: 'wake'; readonly event: number }
  | { readonly op: 'wait'; readonly event: number; readonly signals: number }
  | {
      readonly op: 'membarrier';
      readonly command: number;
      readonly flags: number;
      readonly cpu: number;
      /** Moved to this cpu in the middle. */
      readonly movesTo?: number;
    }
  | { readonly op: 'migrate' | 'cpu-up'; readonly cpu: number }
  | { readonly op: 'fork'; readonly child: number }
  | { readonly op: 'exec' | 'use-mm'; readonly mm: number };

export interface MixTask {
  /** 0 for a kernel thread. */
  readonly mm: number;
  readonly cpu: number;
  readonly priority: number;
  readonly start: 'boot' | 'forked';
  readonly steps: readonly MixStep[];
}

export interface Mix {
  readonly cpus: number;
  readonly offline: readonly number[];
  /** Address spaces, 1 first. */
  readonly mms: number;
  readonly events: number;
  readonly tasks: readonly MixTask[];
  readonly arch: string;
  readonly policy: string;
  readonly kernel: string;
  readonly seed: number;
  readonly granularity: 'access' | 'turn';
}

/** What fast-check draws: numbers that say which of the possible things is done. */
interface Choice {
  readonly task: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

interface Shape {
  readonly cpus: number;
  readonly isLastOffline: boolean;
  readonly processes: number;
  readonly tasks: readonly {
    readonly isKthread: boolean;
    readonly isForked: boolean;
    readonly process: number;
    readonly cpu: number;
    readonly priority: number;
  }[];
  readonly choices: readonly Choice[];
}

const EVENTS = 3;
/** Address spaces that fork and exec go to: each is entered once. */
const SPARE_MMS = 4;

class MixBuilder {
  readonly #shape: Shape;
  readonly #tasks: (Omit<MixTask, 'steps' | 'mm'> & { mm: number; readonly steps: MixStep[] })[];
  /** Where each task is by now: exec leaves the mm it was declared with. */
  readonly #mmNow: number[];
  readonly #signals = new Array<number>(EVENTS).fill(0);
  readonly #lives: boolean[];
  readonly #usesMm: boolean[];
  #spareMm: number;
  #isLastUp: boolean;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#isLastUp = !shape.isLastOffline;
    this.#spareMm = shape.processes + 1;
    this.#tasks = shape.tasks.map((task, index) => ({
      mm: task.isKthread && index > 0 ? 0 : 1 + (task.process % shape.processes),
      cpu: index === 0 ? 0 : task.cpu % shape.cpus,
      priority: task.priority,
      start: task.isForked && !task.isKthread && index > 0 ? 'forked' : 'boot',
      steps: [],
    }));
    this.#lives = this.#tasks.map((task) => task.start === 'boot');
    this.#usesMm = this.#tasks.map(() => false);
    this.#mmNow = this.#tasks.map((task) => task.mm);
  }

  build(): Pick<Mix, 'cpus' | 'offline' | 'mms' | 'events' | 'tasks'> {
    const { cpus, isLastOffline, processes, choices } = this.#shape;
    for (const choice of choices) this.#choose(choice);
    this.#tasks.forEach((task, index) => {
      if (this.#usesMm[index]) task.steps.push({ op: 'unuse-mm' });
    });
    // Whoever waits on that cpu to run can run in the end.
    if (!this.#isLastUp) this.#tasks[0]!.steps.push({ op: 'cpu-up', cpu: cpus - 1 });
    return {
      cpus,
      offline: isLastOffline ? [cpus - 1] : [],
      mms: processes + SPARE_MMS,
      events: EVENTS,
      tasks: this.#tasks,
    };
  }

  #choose({ task: drawn, kind, a, b }: Choice): void {
    const index = drawn % this.#tasks.length;
    const task = this.#tasks[index]!;
    if (!this.#lives[index] || (!this.#isLastUp && task.cpu === this.#shape.cpus - 1)) return;
    const possible = task.mm === 0 ? this.#kthreadSteps(index, a) : this.#userSteps(a, b);
    const step = possible[kind % possible.length]!;
    this.#follow(index, step, b);
    task.steps.push(step);
  }

  #both(a: number): MixStep[] {
    const event = a % EVENTS;
    const signals = this.#signals[event]!;
    const wake: MixStep = { op: 'wake', event };
    const steps: MixStep[] = [wake, wake, { op: 'yield' }, { op: 'getpid' }];
    if (signals > 0) {
      const all: MixStep = { op: 'wait', event, signals };
      steps.push(all, all, all, { op: 'wait', event, signals: 1 + (a % signals) });
    }
    return steps;
  }

  #kthreadSteps(index: number, a: number): MixStep[] {
    const steps = this.#both(a);
    if (this.#usesMm[index]) return [...steps, { op: 'unuse-mm' }];
    return [...steps, { op: 'use-mm', mm: 1 + (a % this.#shape.processes) }];
  }

  #userSteps(a: number, b: number): MixStep[] {
    const { cpus } = this.#shape;
    const command = 1 << (a % Math.log2(ALL_COMMANDS + 1));
    const flags = command === CMD_PRIVATE_EXPEDITED_RSEQ ? b & CMD_FLAG_CPU : 0;
    const steps: MixStep[] = [
      ...this.#both(a),
      { op: 'call' },
      { op: 'patch' },
      { op: 'flush-tlb' },
      { op: 'migrate', cpu: a % cpus },
      { op: 'migrate', cpu: b % cpus },
      { op: 'membarrier', command, flags, cpu: b % cpus },
      { op: 'membarrier', command, flags, cpu: b % cpus },
      { op: 'membarrier', command, flags, cpu: b % cpus, movesTo: b % cpus },
    ];
    const child = this.#tasks.findIndex((task, index) => task.start === 'forked' && !this.#lives[index]);
    if (child >= 0) steps.push({ op: 'fork', child }, { op: 'fork', child });
    if (this.#hasSpareMm) steps.push({ op: 'exec', mm: this.#spareMm });
    if (!this.#isLastUp) steps.push({ op: 'cpu-up', cpu: cpus - 1 });
    return steps;
  }

  get #hasSpareMm(): boolean {
    return this.#spareMm <= this.#shape.processes + SPARE_MMS;
  }

  #follow(index: number, step: MixStep, b: number): void {
    if (step.op === 'wake') this.#signals[step.event]!++;
    else if (step.op === 'exec') this.#mmNow[index] = this.#spareMm++;
    else if (step.op === 'fork') {
      // A thread of its parent, or a process of its own.
      const mm = b % 2 === 0 || !this.#hasSpareMm ? this.#mmNow[index]! : this.#spareMm++;
      this.#lives[step.child] = true;
      this.#mmNow[step.child] = mm;
      this.#tasks[step.child]!.mm = mm;
    } else if (step.op === 'cpu-up') this.#isLastUp = true;
    else if (step.op === 'use-mm') this.#usesMm[index] = true;
    else if (step.op === 'unuse-mm') this.#usesMm[index] = false;
  }
}

export interface MixChoices {
  readonly arches: readonly string[];
  readonly policies: readonly string[];
}

export function taskMixes({ arches, policies }: MixChoices): fc.Arbitrary<Mix> {
  const number = fc.nat({ max: 1 << 16 });
  const shape = fc.record({
    cpus: fc.integer({ min: 1, max: 8 }),
    isLastOffline: fc.boolean(),
    processes: fc.integer({ min: 1, max: 3 }),
    tasks: fc.array(
      fc.record({
        isKthread: fc.boolean(),
        isForked: fc.boolean(),
        process: number,
        cpu: number,
        priority: fc.nat({ max: 1 }),
      }),
      { minLength: 2, maxLength: 12, size: 'max' },
    ),
    choices: fc.array(fc.record({ task: number, kind: number, a: number, b: number }), {
      minLength: 10,
      maxLength: 120,
      size: 'max',
    }),
  });
  return fc
    .record({
      shape,
      arch: fc.constantFrom(...arches),
      policy: fc.constantFrom(...policies),
      kernel: fc.constantFrom(...KERNEL_PRESETS.map((preset) => preset.name)),
      seed: fc.nat({ max: 1000 }),
      granularity: fc.constantFrom('access' as const, 'turn' as const),
    })
    .map(({ shape: { isLastOffline, ...drawn }, ...rest }) => ({
      ...new MixBuilder({ ...drawn, isLastOffline: isLastOffline && drawn.cpus > 1 }).build(),
      ...rest,
    }));
}
