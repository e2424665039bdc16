/** A machine to drive by hand, in virtual time: boot it, create processes and threads, let a thread make a system
 *  call, patch code or run it, and read the verdict.
 *
 *  A thread does one operation at a time and sleeps in between, like a program that waits for work. So its cpu
 *  idles between two operations, lazily on the address space that ran last.
 *  Limit: processes, threads and sites are created from what was reserved at boot. */
import { EXIT, LabError } from '../../base/errors.js';
import { aRecord, inRange, oneOf, shown } from '../../base/given.js';
import { inCycles } from '../../hw/costProfile.js';
import { costProfile as GENERIC_COSTS } from '../../hw/costs/generic-x86-64.js';
import { IRQ_RESCHEDULE } from '../../hw/doorbell.js';
import { ALL_PARTS, type Instruction, OP } from '../../hw/instruction.js';
import { emitFetchUnits } from '../../jit/fetchUnit.js';
import { versionOf } from '../../jit/version.js';
import { signalFromOutside, startTask } from '../../kernel/boot.js';
import { kernelPreset, LATEST_KERNEL } from '../../kernel/kernelPresets.js';
import type { MachineSpec, TaskImage } from '../../kernel/machineSpec.js';
import { SYSCALL } from '../../kernel/syscall.js';
import { TASK_STATE } from '../../kernel/task.js';
import type { Tally } from '../../oracle/judge.js';
import { type Judged, judge } from '../../oracle/verdict.js';
import { loadPolicy, loadProfile } from '../catalogue.js';
import { loadRunLoop } from '../runLoop.js';
import { describeCpus } from '../whereabouts.js';
import { checkMachineOptions, type MachineOptions } from './machineOptions.js';
import { VirtualMachine } from './virtualMachine.js';

/** Words per reserved thread: wait for work; do it; again. */
const PROGRAM_INSTRUCTIONS = 3;
const FOREVER = 0x7fffffff;
const OPERATION_STEPS = 1_000_000;
const MAX_TIMES = 2 ** 31 - 1;

/* A register of 32 bits, signed or not. */
const LEAST_WORD = -(2 ** 31);
const MOST_WORD = 2 ** 32 - 1;

export class Machine {
  readonly #engine: VirtualMachine;
  readonly #sites: readonly string[];
  #processes = 0;
  #threads = 0;

  private constructor(engine: VirtualMachine, sites: readonly string[]) {
    this.#engine = engine;
    this.#sites = sites;
  }

  /** @throws {LabError} E_UNKNOWN_NAME, E_RANGE, E_OPTION, E_UNKNOWN_POINT. */
  static async boot(options: MachineOptions = {}): Promise<Machine> {
    checkMachineOptions(options);
    const cpus = options.cpus ?? 2;
    const profile = await loadProfile(options.arch ?? 'x86-64');
    const policy = await loadPolicy(options.policy ?? 'mainline');
    const kernel = options.kernel ?? policy.kernel ?? LATEST_KERNEL.name;
    const config = typeof kernel === 'string' ? kernelPreset(kernel) : kernel;
    const sites = options.sites ?? [{ name: 'hot', placement: 'within-word' as const }];
    const images = await emitFetchUnits(sites.map((site) => ({ ...site, work: { iterations: 0 } })));
    let offset = 0;
    const units = images.map(({ name, bytes, siteOffset, siteBytes }) => {
      const unit = { name, offset, length: bytes.length, siteOffset, siteBytes };
      offset += bytes.length;
      return unit;
    });
    const threads = options.threads ?? 16;
    const tasks = Array.from({ length: threads }, (_, index): TaskImage => {
      const entry = index * PROGRAM_INSTRUCTIONS;
      return { name: `thread ${index}`, mm: 0, cpu: 0, entry, priority: 0, start: 'forked' };
    });
    const spec: MachineSpec = {
      profile,
      config,
      cpus,
      mms: Array.from({ length: options.processes ?? 8 }, (_, index) => `process ${index + 1}`),
      tasks,
      instructions: tasks.flatMap((task, index) => emptyProgram(task.entry, index)),
      units,
      codeBytes: offset,
      events: threads,
      variables: [],
      forbidden: [],
      offline: [],
      without: options.without ?? [],
    };
    const engine = new VirtualMachine({
      spec,
      policy,
      images: images.map((image) => image.bytes),
      runLoop: await loadRunLoop(),
      costs: inCycles(GENERIC_COSTS),
      seed: options.seed ?? 1,
    });
    return new Machine(
      engine,
      sites.map((site) => site.name),
    );
  }

  /** A new address space, without threads yet. @throws {LabError} E_CAPACITY */
  createProcess(name: string): Process {
    if (this.#processes >= this.#engine.spec.mms.length)
      throw outOf('processes', this.#engine.spec.mms.length);
    return new Process(this, ++this.#processes, name);
  }

  /** A kernel thread: no address space of its own. */
  createKthread(on: { readonly cpu: number }): Thread {
    return this.createTask(0, on);
  }

  /** What has been executed so far, as the oracle counts it. */
  get tally(): Tally {
    return this.#engine.judge.tally;
  }

  get verdict(): Judged {
    return judge(this.tally, undefined);
  }

  /** Virtual time in cycles. */
  get cycles(): number {
    return this.#engine.cycles;
  }

  /** @internal */
  createTask(mm: number, on: { readonly cpu: number }): Thread {
    const { spec, words, layout } = this.#engine;
    aRecord('where the thread starts', on);
    const { cpu } = on;
    if (!Number.isInteger(cpu) || cpu < 0 || cpu >= spec.cpus) {
      throw new LabError(
        'E_RANGE',
        `cpu is ${shown(cpu)}; the machine has cpus 0 to ${spec.cpus - 1}`,
        'Choose one of them.',
      );
    }
    const id = this.reserveTask();
    startTask(words, layout.kernel, id, mm, cpu);
    this.#engine.interrupt(cpu, IRQ_RESCHEDULE);
    return new Thread(this, id);
  }

  /** @internal */
  reserveTask(): number {
    const { spec } = this.#engine;
    if (this.#threads >= spec.tasks.length) throw outOf('threads', spec.tasks.length);
    return spec.cpus + this.#threads++;
  }

  /** @internal */
  reserveFork(mm: number, cpu: number): number {
    const { words, layout } = this.#engine;
    const id = this.reserveTask();
    words[layout.kernel.task.activeMm(id)] = mm;
    words[layout.kernel.task.cpu(id)] = cpu;
    return id;
  }

  /** @internal */
  siteId(name: string): number {
    oneOf(this.#sites)('site', name);
    return this.#sites.indexOf(name);
  }

  /** @throws {LabError} E_OPTION, E_OTHER_MACHINE @internal */
  checkIsOwn(process: Process): void {
    if (!(process instanceof Process)) {
      throw new LabError(
        'E_OPTION',
        `the process is ${shown(process)}; expected one that createProcess made`,
        'Give machine.createProcess(name).',
      );
    }
    if (process.isOf(this)) return;
    throw new LabError(
      'E_OTHER_MACHINE',
      `process '${process.name}' is of another machine than the thread; expected one of the same`,
      'Create it with the createProcess of that machine.',
    );
  }

  /** @throws {LabError} E_HAS_THREADS @internal */
  checkHasNoThreads(process: Process): void {
    const { words, layout } = this.#engine;
    const threads = words[layout.kernel.mm.users(process.mm)]!;
    if (threads === 0) return;
    throw new LabError(
      'E_HAS_THREADS',
      `process '${process.name}' has threads (${threads}); expected one without`,
      'Create a process for it: machine.createProcess(name).',
    );
  }

  /** Lets a thread do one instruction and waits for it. @internal */
  perform(id: number, instruction: Instruction): number {
    const { words, layout, spec } = this.#engine;
    const { task, instruction: program } = layout.kernel;
    if (words[task.state(id)] === TASK_STATE.dead) {
      throw new LabError('E_THREAD_EXITED', `thread ${id} has exited`, 'Create another one.');
    }
    const index = id - spec.cpus;
    words.set(instruction, program(index * PROGRAM_INSTRUCTIONS + 1));
    const round = words[task.round(id)]!;
    this.#untilUnlocked(index, id);
    this.#engine.interrupt(signalFromOutside(words, layout.kernel, index, id), IRQ_RESCHEDULE);
    const done = (): boolean => words[task.round(id)]! > round || words[task.state(id)] === TASK_STATE.dead;
    const halt = this.#engine.run(OPERATION_STEPS, done);
    if (halt === 'condition' || halt === 'finished' || done()) return words[task.returnValue(id)]!;
    if (halt === 'fault') return 0;
    throw new LabError(
      'E_NO_PROGRESS',
      `thread ${id} did not finish its operation (${halt}): ${describeCpus(words, layout.kernel, spec).join('; ')}`,
      'Look at what the other threads hold or run.',
      EXIT.couldNotJudge,
    );
  }

  /** Somebody is perhaps on its way to sleep since another operation was done. A signal from outside takes no locks: in the
   *  middle of that, it would be lost. */
  #untilUnlocked(event: number, id: number): void {
    const { words, layout } = this.#engine;
    const { event: events, runQueue } = layout.kernel;
    const isUnlocked = (): boolean =>
      words[events.lock(event)] === 0 && words[runQueue.lock(this.cpuOf(id))] === 0;
    if (!isUnlocked()) this.#engine.run(OPERATION_STEPS, isUnlocked);
  }

  /** @internal */
  cpuOf(id: number): number {
    return this.#engine.words[this.#engine.layout.kernel.task.cpu(id)]!;
  }

  /** @internal */
  lastVersion(cpu: number, unit: number): number {
    const { words, layout } = this.#engine;
    return versionOf(
      this.#engine.cpu(cpu).userCode.lastValue(unit),
      words[layout.kernel.hw.site.issued(unit)]!,
    );
  }
}

/** An address space. */
export class Process {
  readonly #machine: Machine;
  /** @internal */
  readonly mm: number;
  readonly name: string;

  /** @internal */
  constructor(machine: Machine, mm: number, name: string) {
    this.#machine = machine;
    this.mm = mm;
    this.name = name;
  }

  /** @internal */
  isOf(machine: Machine): boolean {
    return this.#machine === machine;
  }

  /** @throws {LabError} E_RANGE, E_OPTION, E_CAPACITY */
  createThread(on: { readonly cpu: number }): Thread {
    return this.#machine.createTask(this.mm, on);
  }
}

/** A thread, or a kernel thread. Each method does one operation and returns when it is done. */
export class Thread {
  readonly #machine: Machine;
  readonly id: number;

  /** @internal */
  constructor(machine: Machine, id: number) {
    this.#machine = machine;
    this.id = id;
  }

  /** membarrier(2). @returns what the kernel returns: 0 or more, or a negative errno.
   *  @throws {LabError} E_RANGE for what is no number of 32 bits: 0 in its place would be CMD_QUERY. */
  membarrier(command: number, flags = 0, cpuId = 0): number {
    const next = 'Give one of the commands that the library exports, such as CMD_PRIVATE_EXPEDITED.';
    inRange('command', command, LEAST_WORD, MOST_WORD, next);
    inRange('flags', flags, LEAST_WORD, MOST_WORD);
    inRange('cpuId', cpuId, LEAST_WORD, MOST_WORD);
    return this.#syscall(SYSCALL.membarrier, command, flags, cpuId);
  }

  /** A system call that does nothing. */
  getpid(): number {
    return this.#syscall(SYSCALL.getpid, 0);
  }

  /** sched_setaffinity(2) to one cpu. @returns 0, or a negative errno. @throws {LabError} E_RANGE as above. */
  migrate(cpu: number): number {
    inRange('cpu', cpu, LEAST_WORD, MOST_WORD);
    return this.#syscall(SYSCALL.migrate, cpu);
  }

  /** fork(2) into a new process. @returns the child's only thread, on the same cpu.
   *  @throws {LabError} E_OTHER_MACHINE, E_HAS_THREADS, E_CAPACITY */
  fork(into: Process): Thread {
    this.#machine.checkIsOwn(into);
    this.#machine.checkHasNoThreads(into);
    const child = this.#machine.reserveFork(into.mm, this.#machine.cpuOf(this.id));
    this.#syscall(SYSCALL.fork, child);
    return new Thread(this.#machine, child);
  }

  /** execve(2): goes on in another process, which must not have threads.
   *  @throws {LabError} E_OTHER_MACHINE, E_HAS_THREADS */
  exec(into: Process): number {
    this.#machine.checkIsOwn(into);
    this.#machine.checkHasNoThreads(into);
    return this.#syscall(SYSCALL.exec, into.mm);
  }

  exit(): void {
    this.#syscall(SYSCALL.exit, 0);
  }

  /** Calls the code at a site. @returns the version that ran; -1 for bytes of no version.
   *  @throws {LabError} E_UNKNOWN_NAME, E_RANGE where it is not to be called at all. */
  call(site: string, times = 1): number {
    const unit = this.#machine.siteId(site);
    inRange('times', times, 1, MAX_TIMES);
    this.#do([OP.call, unit, times, 0, 0]);
    return this.#machine.lastVersion(this.#machine.cpuOf(this.id), unit);
  }

  /** Writes the next version of a site in place. */
  patch(site: string): void {
    this.#do([OP.storeCode, this.#machine.siteId(site), ALL_PARTS, 0, 0]);
  }

  /** Cleans the lines of a site to the point of unification. */
  clean(site: string): void {
    this.#do([OP.clean, this.#machine.siteId(site), 0, 0, 0]);
  }

  /** Invalidates the lines of a site in the icaches that the architecture reaches. */
  invalidate(site: string): void {
    this.#do([OP.invalidate, this.#machine.siteId(site), 0, 0, 0]);
  }

  /** Claims that everybody executes the newest version from now on. */
  promise(site: string): void {
    this.#do([OP.promise, this.#machine.siteId(site), 0, 0, 0]);
  }

  /** The serializing instruction of user mode. */
  serialize(): void {
    this.#do([OP.serialize, 0, 0, 0, 0]);
  }

  #syscall(nr: number, a: number, b = 0, c = 0): number {
    return this.#do([OP.syscall, nr, a, b, c]);
  }

  #do(instruction: Instruction): number {
    return this.#machine.perform(this.id, instruction);
  }
}

function emptyProgram(entry: number, event: number): Instruction[] {
  return [
    [OP.syscall, SYSCALL.waitEvent, event, 0, 1],
    [OP.syscall, SYSCALL.getpid, 0, 0, 0],
    [OP.nextRound, entry, FOREVER, 0, 0],
  ];
}

function outOf(what: string, reserved: number): LabError {
  return new LabError(
    'E_CAPACITY',
    `all ${reserved} ${what} that were reserved at boot are in use`,
    `Boot with more: Machine.boot({ ${what}: ${Math.max(1, 2 * reserved)} }).`,
  );
}
