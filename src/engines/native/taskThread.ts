/** One task of a scenario on a thread of the host: runs its program, and judges what it calls.
 *
 *  What a task does to data goes through atomics of JavaScript, which are sequentially consistent; so a memory barrier has
 *  nothing left to do. Cleaning and invalidating is nothing on x86-64. A task that spins stays in user mode, except where it
 *  shares its cpu: then it soon sleeps, or the other one would wait for a slice of the scheduler. A wait sleeps in the kernel,
 *  on the futex of Atomics.wait, and is looked after now and then.
 *  Limit: interrupts of the host's own, and what the JavaScript engine does, may serialize a cpu at any time. */
import { performance } from 'node:perf_hooks';
import type { Version } from '../../base/ids.js';
import { ALL_PARTS, type Instruction, OP } from '../../hw/instruction.js';
import type { Placement } from '../../jit/placement.js';
import { versionOf } from '../../jit/version.js';
import type { MachineSpec, TaskImage } from '../../kernel/machineSpec.js';
import { ORDERING_POINTS, POINT } from '../../kernel/orderingPoints.js';
import { SYSCALL } from '../../kernel/syscall.js';
import { SingleOrder } from '../../oracle/eventOrder.js';
import { Judge, type Tally } from '../../oracle/judge.js';
import { NO_VERSION } from '../../trace/events.js';
import { STOP } from '../stop.js';
import { HostCalls } from './hostCalls.js';
import { pinnedTo } from './hostCpus.js';
import { openHostKernel } from './hostKernel.js';
import type { MappedCode } from './mappedCode.js';
import { HostCode, MOST_CALLS, type PatchedCode } from './patchedCode.js';
import { declareWords, stopTasks, type TaskWords } from './taskWords.js';

/** What a worker is given; plain data and shared memory. */
export interface TaskJob {
  /** Index among the tasks of the machine. */
  readonly task: number;
  readonly spec: MachineSpec;
  /** Of the patched functions. */
  readonly placements: readonly Placement[];
  readonly mapped: MappedCode;
  /** Laid out by taskWords.ts. */
  readonly words: Int32Array;
  /** By cpu of the scenario: which of the host it is. */
  readonly hostCpus: readonly number[];
  /** How long to wait for the other tasks to start, in milliseconds. */
  readonly startTimeoutMs: number;
}

export interface TaskOutcome {
  readonly tally: Tally;
  readonly counters: {
    readonly contextSwitches: number;
    readonly syscalls: number;
    readonly patches: number;
  };
}

/** Looks at a word before a task that shares its cpu sleeps. */
const SPINS_BEFORE_SLEEPING = 1000;
/** Longest sleep of a task, in milliseconds; whatever it waits for is looked at again after it. */
const NAP_MS = 20;
const USER_SERIALIZE = ORDERING_POINTS[POINT.userSerialize]!.id;

/** Of what unsupportedOnHost() lets nobody ask for. */
function notForTheHost(what: string, number: number): Error {
  return new Error(`the host was given ${what} ${number}`);
}

/** The run is over for this task. */
class Stopped extends Error {}

/** @throws whatever breaks it, after it has told the others to leave. */
export async function runTask(job: TaskJob): Promise<TaskOutcome> {
  const layout = declareWords(job.spec);
  try {
    const kernel = await openHostKernel();
    if ('unavailable' in kernel) throw new Error(kernel.unavailable);
    const promised = job.placements.map((_, unit) => job.words.subarray(layout.site.promised(unit)));
    const code = new HostCode(kernel, job.mapped, job.placements, promised);
    const calls = new HostCalls(kernel, job.mapped);
    const { cpu } = job.spec.tasks[job.task]!;
    return pinnedTo(kernel, job.hostCpus[cpu]!, () => new TaskThread(job, code, calls).run());
  } catch (error) {
    stopTasks(job.words, layout, STOP.broke);
    throw error;
  }
}

/** The system calls that it makes. */
export type TaskCalls = Pick<
  HostCalls,
  'membarrier' | 'migrate' | 'mprotect' | 'flushTlb' | 'contextSwitches' | 'getpid' | 'schedYield'
>;

export class TaskThread {
  readonly #job: TaskJob;
  readonly #words: Int32Array;
  readonly #layout: TaskWords;
  readonly #image: TaskImage;
  readonly #code: PatchedCode;
  readonly #calls: TaskCalls;
  /* Nobody sees here when a cpu serializes, so no barrier is told to the judge, and P-SYNC is not judged. */
  readonly #judge = new Judge(new SingleOrder());
  #cpu: number;
  #pc: number;
  #round = 1;
  #returned = 0;
  #syscalls = 0;
  #patches = 0;

  constructor(job: TaskJob, code: PatchedCode, calls: TaskCalls) {
    this.#job = job;
    this.#words = job.words;
    this.#layout = declareWords(job.spec);
    this.#image = job.spec.tasks[job.task]!;
    this.#code = code;
    this.#calls = calls;
    this.#cpu = this.#image.cpu;
    this.#pc = this.#image.entry;
  }

  run(): TaskOutcome {
    const before = this.#calls.contextSwitches();
    if (this.#awaitOthers() === 'everybody is there') this.#runProgram();
    return {
      tally: this.#judge.tally,
      counters: {
        contextSwitches: this.#calls.contextSwitches() - before,
        syscalls: this.#syscalls,
        patches: this.#patches,
      },
    };
  }

  /** The start barrier: no task runs before each has a thread. */
  #awaitOthers(): 'everybody is there' | 'stopped' {
    const { run } = this.#layout;
    const until = performance.now() + this.#job.startTimeoutMs;
    Atomics.add(this.#words, run.started(0), 1);
    Atomics.notify(this.#words, run.started(0));
    for (;;) {
      const started = Atomics.load(this.#words, run.started(0));
      if (started >= this.#job.spec.tasks.length) return 'everybody is there';
      if (performance.now() >= until) stopTasks(this.#words, this.#layout, STOP.notStarted);
      if (this.#isStopped()) return 'stopped';
      Atomics.wait(this.#words, run.started(0), started, NAP_MS);
    }
  }

  #runProgram(): void {
    const { task } = this.#layout;
    try {
      do {
        this.#words[task.cpu(this.#job.task)] = this.#cpu;
        this.#words[task.pc(this.#job.task)] = this.#pc;
        this.#words[task.round(this.#job.task)] = this.#round;
        this.#madeProgress();
      } while (this.#step(this.#job.spec.instructions[this.#pc]!) === 'goes on');
      this.#words[task.hasExited(this.#job.task)] = 1;
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  /** One instruction. */
  #step([op, a, b, c, d]: Instruction): 'goes on' | 'has exited' {
    const { variable } = this.#layout;
    let next = this.#pc + 1;
    switch (op) {
      case OP.call:
        this.#call(a, b);
        break;
      case OP.callInto:
        this.#store(variable.value(b), this.#call(a, 1));
        break;
      case OP.storeCode:
        this.#storeCode(a, b);
        break;
      case OP.serialize:
        this.#code.serialize();
        this.#judge.serialize(this.#cpu, USER_SERIALIZE);
        break;
      case OP.promise:
        this.#promise(a);
        break;
      case OP.set:
        this.#store(variable.value(a), b + c * this.#round);
        break;
      case OP.load:
        this.#store(variable.value(b), Atomics.load(this.#words, variable.value(a)));
        break;
      case OP.add:
        Atomics.add(this.#words, variable.value(a), b);
        Atomics.notify(this.#words, variable.value(a));
        break;
      case OP.spin:
        this.#spin(variable.value(a), b + c * this.#round);
        break;
      case OP.onError:
        if (this.#returned < 0 && (a === 0 || this.#returned === -a)) next = b;
        break;
      case OP.goTo:
        next = a;
        break;
      case OP.skipIfAtLeast:
        if (Atomics.load(this.#words, variable.value(a)) >= b + c * this.#round) next = d;
        break;
      case OP.nextRound:
        if (++this.#round <= b) next = a;
        break;
      case OP.syscall:
        if (a === SYSCALL.exit) return 'has exited';
        this.#syscalls++;
        this.#returned = this.#systemCall(a, b, c, d);
        break;
      case OP.clean:
      case OP.invalidate:
      case OP.fence:
        break;
      default:
        throw notForTheHost('instruction', op);
    }
    if (this.#isStopped()) throw new Stopped();
    this.#pc = next;
    return 'goes on';
  }

  /** @returns the version that the last call executed. */
  #call(unit: number, times: number): Version {
    let version = NO_VERSION;
    for (let left = times; left > 0; ) {
      const made = Math.min(left, MOST_CALLS);
      const pairs = this.#code.call(unit, made);
      /* Read after the calls: whatever they may have executed had been announced. */
      const newest = Atomics.load(this.#words, this.#layout.site.issued(unit));
      for (let i = 0; i < pairs.length; ) {
        const [promised, value] = [pairs[i]!, pairs[i + 1]!];
        const begin = i;
        while (i < pairs.length && pairs[i] === promised && pairs[i + 1] === value) i += 2;
        version = versionOf(value, newest);
        const { mm } = this.#image;
        this.#judge.execute(this.#cpu, mm, unit, version, promised, (i - begin) / 2, value);
      }
      left -= made;
      this.#madeProgress();
      if (this.#isStopped()) throw new Stopped();
    }
    return version;
  }

  /** Part of the next version, or all of it. */
  #storeCode(unit: number, part: number): void {
    const issued = this.#layout.site.issued(unit);
    if (part <= 0) {
      /* Announced before the first byte: who sees the bytes knows the version. */
      Atomics.add(this.#words, issued, 1);
      this.#patches++;
    }
    const version = Atomics.load(this.#words, issued);
    for (let i = 0; i < this.#code.storeCount(unit); i++) {
      if (part === ALL_PARTS || part === i) this.#code.store(unit, version, i);
    }
  }

  #promise(unit: number): void {
    const { site } = this.#layout;
    Atomics.store(this.#words, site.promised(unit), Atomics.load(this.#words, site.issued(unit)));
    this.#judge.promise();
  }

  #systemCall(call: number, a: number, b: number, c: number): number {
    const { variable, event, run } = this.#layout;
    switch (call) {
      case SYSCALL.membarrier:
        return this.#calls.membarrier(a, b, c);
      case SYSCALL.waitEvent:
        return this.#sleep(event.value(a), b + c * this.#round);
      case SYSCALL.busyPoll:
        return this.#sleep(variable.value(a), b + c * this.#round);
      case SYSCALL.wakeUp:
        Atomics.add(this.#words, event.value(a), 1);
        Atomics.notify(this.#words, event.value(a));
        return 0;
      case SYSCALL.schedYield:
        return this.#calls.schedYield();
      case SYSCALL.getpid:
        return this.#calls.getpid();
      case SYSCALL.migrate:
        this.#cpu = a;
        return this.#calls.migrate(this.#job.hostCpus[a]!);
      case SYSCALL.mprotect:
        return this.#calls.mprotect(a, b);
      case SYSCALL.flushTlb:
        return this.#calls.flushTlb();
      case SYSCALL.abort:
        Atomics.store(this.#words, run.aborted(0), 1);
        stopTasks(this.#words, this.#layout, STOP.finished);
        return 0;
      default:
        throw notForTheHost('system call', call);
    }
  }

  #store(address: number, value: number): void {
    Atomics.store(this.#words, address, value);
    Atomics.notify(this.#words, address);
  }

  /** In user mode, as far as possible. */
  #spin(address: number, atLeast: number): void {
    for (let spins = 1; Atomics.load(this.#words, address) < atLeast; spins++) {
      if (this.#isStopped()) throw new Stopped();
      if (spins % SPINS_BEFORE_SLEEPING === 0 && this.#sharesCpu) {
        this.#sleep(address, atLeast);
        return;
      }
    }
  }

  /** In the kernel, which it enters even where there is nothing to wait for. */
  #sleep(address: number, atLeast: number): number {
    let slept = false;
    for (;;) {
      const value = Atomics.load(this.#words, address);
      if (value >= atLeast) return slept ? 0 : this.#calls.schedYield();
      if (this.#isStopped()) throw new Stopped();
      Atomics.wait(this.#words, address, value, NAP_MS);
      slept = true;
    }
  }

  /** Is another task on the same cpu of the host? Tasks that have moved meanwhile count where they began. */
  get #sharesCpu(): boolean {
    const { spec, hostCpus, task } = this.#job;
    const own = hostCpus[this.#cpu];
    return spec.tasks.some((other, index) => index !== task && hostCpus[other.cpu] === own);
  }

  #isStopped(): boolean {
    return Atomics.load(this.#words, this.#layout.run.stop(0)) !== STOP.no;
  }

  #madeProgress(): void {
    this.#words[this.#layout.task.progress(this.#job.task)]!++;
  }
}
