/** A booted machine whose cpus run nothing by themselves: a test takes a routine of the kernel, drives it to its end on
 *  a cpu, and reads which accesses it made, in order, by name.
 *
 *  Limit: there is no user code; a routine that executes a unit is refused. */
import { LabError } from '../../src/base/errors.js';
import { loadPolicy, loadProfile } from '../../src/engines/catalogue.js';
import { ACCESS, type Access, argumentOf, isBlocking, kindOf, type Routine } from '../../src/hw/access.js';
import { CodeMemory } from '../../src/hw/codeMemory.js';
import { IRQ_CALL_FUNCTION, IRQ_RESCHEDULE } from '../../src/hw/doorbell.js';
import type { Instruction } from '../../src/hw/instruction.js';
import { OP } from '../../src/hw/instruction.js';
import type { UserCode } from '../../src/hw/userCode.js';
import { userMode } from '../../src/jit/userMode.js';
import { versionOf } from '../../src/jit/version.js';
import { boot, declareMachine, orderingPoints } from '../../src/kernel/boot.js';
import { Cpu } from '../../src/kernel/cpu.js';
import type { KernelConfig } from '../../src/kernel/kernelConfig.js';
import { LATEST_KERNEL } from '../../src/kernel/kernelPresets.js';
import type { KernelLayout } from '../../src/kernel/layout.js';
import type { MachineSpec } from '../../src/kernel/machineSpec.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { schedule } from '../../src/kernel/schedule.js';
import { SYSCALL } from '../../src/kernel/syscall.js';
import { TASK_MODE } from '../../src/kernel/task.js';
import type { EventSink } from '../../src/trace/events.js';

export interface HandTask {
  readonly name: string;
  /** 0 for a kernel thread; mm 1 is the first. */
  readonly mm: number;
  readonly cpu: number;
  readonly start?: 'boot' | 'forked';
  readonly priority?: number;
}

export interface HandOptions {
  readonly cpus: number;
  readonly mms?: number;
  readonly tasks?: readonly HandTask[];
  readonly events?: number;
  readonly offline?: readonly number[];
  readonly config?: Partial<KernelConfig>;
  readonly policy?: string;
  readonly arch?: string;
  readonly without?: readonly string[];
}

/** A routine that is driven step by step. */
export interface Driven<Result> {
  /** What it is going to do next; undefined when it is done. */
  readonly next: string | undefined;
  readonly result: Result | undefined;
  /** Performs it. @returns false where it has to wait. */
  step(): boolean;
}

export class HandMachine {
  readonly spec: MachineSpec;
  readonly kernel: KernelLayout;
  readonly words: Int32Array;
  /** What was done since the log was last taken, as `what where`. */
  #log: string[] = [];
  readonly #cpus: readonly Cpu[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #tasks: ReadonlyMap<string, number>;

  static async boot(options: HandOptions): Promise<HandMachine> {
    const profile = await loadProfile(options.arch ?? 'x86-64');
    const policy = await loadPolicy(options.policy ?? 'mainline');
    const tasks = options.tasks ?? [];
    const exit: Instruction = [OP.syscall, SYSCALL.exit, 0, 0, 0];
    const spec: MachineSpec = {
      profile,
      config: { ...LATEST_KERNEL, ...options.config },
      cpus: options.cpus,
      mms: Array.from({ length: options.mms ?? 0 }, (_, index) => `mm ${index + 1}`),
      tasks: tasks.map((task) => ({
        name: task.name,
        mm: task.mm,
        cpu: task.cpu,
        entry: 0,
        priority: task.priority ?? 0,
        start: task.start ?? 'boot',
      })),
      instructions: [exit],
      units: [],
      codeBytes: 0,
      events: options.events ?? 0,
      variables: [],
      forbidden: [],
      offline: options.offline ?? [],
      without: options.without ?? [],
    };
    return new HandMachine(spec, policy);
  }

  private constructor(spec: MachineSpec, policy: Cpu['policy']) {
    this.spec = spec;
    const layout = declareMachine(spec);
    this.kernel = layout.kernel;
    const buffer = new SharedArrayBuffer(layout.byteLength);
    boot(spec, layout, buffer, []);
    this.words = new Int32Array(buffer);
    this.#names = namesOf(spec, layout.kernel);
    this.#tasks = new Map(spec.tasks.map((task, index) => [task.name, spec.cpus + index]));
    const code = new CodeMemory(layout.kernel.hw, buffer);
    const points = orderingPoints(spec.config, spec.without);
    this.#cpus = Array.from(
      { length: spec.cpus },
      (_, id) =>
        new Cpu({
          id,
          hw: layout.kernel.hw,
          kernel: layout.kernel,
          profile: spec.profile,
          words: this.words,
          code,
          userCode: NO_USER_CODE,
          units: [],
          points,
          sink: NO_SINK,
          callUnit: () => 0,
          versionOf,
          config: spec.config,
          policy,
          userMode,
        }),
    );
  }

  cpu(id: number): Cpu {
    return this.#cpus[id]!;
  }

  task(name: string): number {
    const id = this.#tasks.get(name);
    if (id === undefined) throw new Error(`no task '${name}'`);
    return id;
  }

  /** Drives a routine to its end.
   *  @param whenBlocked does what lets it go on; without it, a routine that has to wait is an error. */
  run<Result>(
    id: number,
    routine: (c: Cpu) => Routine<Result>,
    whenBlocked?: (next: string) => void,
  ): Result {
    const driven = this.drive(id, routine);
    while (driven.next !== undefined) {
      const next = driven.next;
      if (driven.step()) continue;
      if (!whenBlocked) throw new Error(`cpu ${id} waits at: ${next}`);
      whenBlocked(next);
      if (!driven.step()) throw new Error(`cpu ${id} still waits at: ${next}`);
    }
    return driven.result as Result;
  }

  drive<Result>(id: number, routine: (c: Cpu) => Routine<Result>): Driven<Result> {
    const c = this.cpu(id);
    const running = routine(c);
    const log = (line: string): number => this.#log.push(line);
    const describe = (access: Access): string => this.#describe(c, access);
    let at = running.next(0);
    let operand = c.operand;
    return {
      get next() {
        return at.done ? undefined : describe(at.value);
      },
      get result() {
        return at.done ? at.value : undefined;
      },
      step() {
        if (at.done) throw new Error('the routine is done');
        // Other routines may have built accesses on this cpu since.
        c.restoreOperand(operand);
        const line = describe(at.value);
        let result = 1;
        if (!isBlocking(at.value)) result = c.perform(at.value);
        else if (!c.attempt(at.value)) return false;
        log(line);
        at = running.next(result);
        operand = c.operand;
        return true;
      },
    };
  }

  /** What has been done since this was last asked. */
  takeLog(): readonly string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }

  /** Switches cpus to the first tasks of their queues, and forgets how. */
  start(...cpus: readonly number[]): void {
    for (const id of cpus) this.run(id, schedule);
    this.takeLog();
  }

  /** The task that a cpu runs. */
  current(cpu: number): string {
    return this.taskName(this.words[this.kernel.runQueue.curr(cpu)]!);
  }

  /** The tasks that wait for a cpu. */
  queue(cpu: number): readonly string[] {
    const tasks: string[] = [];
    for (let link = this.words[this.kernel.runQueue.head(cpu)]!; link !== 0; ) {
      tasks.push(this.taskName(link - 1));
      if (tasks.length > this.spec.tasks.length) throw new Error(`the queue of cpu ${cpu} is a circle`);
      link = this.words[this.kernel.task.nextOnRunQueue(link - 1)]!;
    }
    return tasks;
  }

  taskName(id: number): string {
    return id < this.spec.cpus ? `idle${id}` : this.spec.tasks[id - this.spec.cpus]!.name;
  }

  /** mm_count of each mm, 0 first. */
  get counts(): readonly number[] {
    return [0, ...this.spec.mms.keys()].map((_, mm) => this.words[this.kernel.mm.count(mm)]!);
  }

  /** As if the task of this cpu had come in by a system call. */
  enterKernel(cpu: number): void {
    this.words[this.kernel.task.mode(this.words[this.kernel.runQueue.curr(cpu)]!)] = TASK_MODE.exiting;
  }

  #describe(c: Cpu, access: Access): string {
    const argument = argumentOf(access);
    const name = (): string => this.#names.get(argument) ?? `word ${argument}`;
    const point = (): string => ORDERING_POINTS[argument]!.id;
    switch (kindOf(access)) {
      case ACCESS.load:
      case ACCESS.loadAcquire:
      case ACCESS.dereference:
      case ACCESS.loadInto:
        return `load ${name()}`;
      case ACCESS.store:
      case ACCESS.storeRelease:
        return `store ${name()} = ${c.operand}`;
      case ACCESS.exchange:
        return `exchange ${name()} = ${c.operand}`;
      case ACCESS.or:
        return `or ${name()} | ${c.operand}`;
      case ACCESS.and:
        return `and ${name()} & ~${~c.operand}`;
      case ACCESS.add:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
        return `add ${name()} ${c.operand > 0 ? '+' : ''}${c.operand}`;
      case ACCESS.fence:
        return `mb ${point()}`;
      case ACCESS.syncCore:
        return `sync_core ${point()}`;
      case ACCESS.writeCr:
        return `load mm${c.operand} ${point()}`;
      case ACCESS.returnToUser:
        return `return ${ORDERING_POINTS[argument >>> 1]!.id}`;
      case ACCESS.ring:
        return `ipi cpu${argument} ${IRQ_NAMES[c.operand]}`;
      case ACCESS.lock:
        return `lock ${name()}`;
      case ACCESS.unlock:
        return `unlock ${name()}`;
      case ACCESS.waitAtLeast:
        return `wait ${name()} >= ${c.operand}`;
      case ACCESS.halt:
        return 'halt';
      default:
        return `access ${kindOf(access)} of ${argument}`;
    }
  }
}

const IRQ_NAMES: Readonly<Record<number, string>> = {
  [IRQ_RESCHEDULE]: 'reschedule',
  [IRQ_CALL_FUNCTION]: 'call',
};

const NO_USER_CODE: UserCode = {
  serialize() {},
  execute() {
    throw new LabError('E_NO_USER_CODE', 'this machine has no user code', 'Use a VirtualMachine.');
  },
  isDecoded: () => false,
  lastValue: () => 0,
  decodedBytes: () => new Uint8Array(),
};

const NO_SINK: EventSink = {
  promise() {},
  execute() {},
  serialize() {},
  barrierEntered() {},
  barrierReturned() {},
  fault() {},
};

/** What each shared word is called. */
function namesOf(spec: MachineSpec, kernel: KernelLayout): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const taskName = (id: number): string => (id < spec.cpus ? `idle${id}` : spec.tasks[id - spec.cpus]!.name);
  const addTable = (table: { readonly $count: number }, record: (index: number) => string): void => {
    const fields = Object.entries(table) as [string, number | ((index: number) => number)][];
    for (const [field, address] of fields) {
      if (typeof address === 'number') continue;
      for (let index = 0; index < table.$count; index++)
        names.set(address(index), `${record(index)}.${field}`);
    }
  };
  addTable(kernel.task, taskName);
  addTable(kernel.mm, (index) => `mm${index}`);
  addTable(kernel.runQueue, (index) => `rq${index}`);
  addTable(kernel.smpCall, (index) => `call${index}`);
  addTable(kernel.event, (index) => `event${index}`);
  addTable(kernel.mutex, () => 'mutex');
  addTable(kernel.run, () => 'run');
  addTable(kernel.hw.cpu, (index) => `cpu${index}`);
  for (let word = 0; word < kernel.cpumaskWords; word++) {
    for (let mm = 0; mm <= spec.mms.length; mm++) {
      names.set(kernel.mmCpumask(mm, word), `mm${mm}.cpumask`);
      names.set(kernel.staleMask(mm, word), `mm${mm}.staleMask`);
    }
    for (let cpu = 0; cpu < spec.cpus; cpu++)
      names.set(kernel.callPending(cpu, word), `rq${cpu}.callPending`);
    for (let task = 0; task < spec.cpus + spec.tasks.length; task++) {
      names.set(kernel.callMask(task, word), `${taskName(task)}.callMask`);
    }
  }
  return names;
}
