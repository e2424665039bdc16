/** One simulated cpu on one host thread: runs the kernel's routines to their ends, and decides how to wait.
 *
 *  Everything here is wall clock and real races. Memory is what JavaScript atomics give, which is sequentially
 *  consistent: real threads show staleness, not weak ordering. */
import { performance } from 'node:perf_hooks';
import { ACCESS, type Access, argumentOf, isBlocking, kindOf, type Routine } from '../../hw/access.js';
import { CodeMemory } from '../../hw/codeMemory.js';
import { IRQ_MASK, IRQ_RESCHEDULE, NOTICE_STOP } from '../../hw/doorbell.js';
import { FetchPath } from '../../hw/fetchPath.js';
import { OutlinedCode, type OutlinedProgram } from '../../hw/outlinedCode.js';
import type { StationBytes } from '../../hw/processor.js';
import { type Hardware, spontaneousRefresh } from '../../hw/refresh.js';
import { userMode } from '../../jit/userMode.js';
import { versionAt, versionOf } from '../../jit/version.js';
import { declareMachine, orderingPoints } from '../../kernel/boot.js';
import { Cpu } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel, interruptInFrame } from '../../kernel/interrupt.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { TASK_MODE, TIF_NEED_RESCHED } from '../../kernel/task.js';
import { SharedOrder } from '../../oracle/eventOrder.js';
import { Judge, type Tally } from '../../oracle/judge.js';
import { STOP, stopMachine } from '../stop.js';

/** What a worker is given; plain data and shared memory. */
export interface CpuJob {
  readonly cpu: number;
  readonly spec: MachineSpec;
  readonly memory: WebAssembly.Memory;
  readonly runLoop: WebAssembly.Module;
  readonly policy: string;
  /** Functions of the user's own. */
  readonly program?: OutlinedProgram | undefined;
  /** More simulated cpus than host cores: never spin, and give the host core up between quanta. */
  readonly oversubscribed: boolean;
  /** Shared by all cpus; from SharedOrder.allocate(). */
  readonly order: Int32Array;
  readonly hardware: Hardware;
  readonly seed: number;
  /** How long to wait for the other cpus to start, in milliseconds. */
  readonly startTimeoutMs: number;
}

export interface CpuOutcome {
  readonly cpu: number;
  readonly started: boolean;
  readonly tally: Tally;
  /** The stations at the first stale or torn execution of this cpu. */
  readonly evidence: StationBytes | undefined;
}

/** Spins of a waiting cpu before it parks its host thread: about 50 µs. */
const SPINS_BEFORE_PARKING = 4000;
/** Longest nap of a waiting cpu, in milliseconds; whatever it waits for is looked at again after it. */
const NAP_MS = 0.1;
/** Calls of a unit in one go when host cores are shared: some 100 µs. */
const SHARED_QUANTUM = 20_000;
const OWN_QUANTUM = 0x3fffffff;

/** The run is over for this cpu; unwinds whatever routine is in flight. */
class Stopped extends Error {}

export function runCpu(job: CpuJob, policy: SerializationPolicy): CpuOutcome {
  const thread = new CpuThread(job, policy);
  const started = thread.awaitOthers();
  if (started) thread.run();
  return thread.outcome(started);
}

class CpuThread {
  readonly #job: CpuJob;
  readonly #words: Int32Array;
  readonly #c: Cpu;
  readonly #order: SharedOrder;
  readonly #judge: Judge;
  readonly #doorbell: number;
  #evidence: StationBytes | undefined;

  constructor(job: CpuJob, policy: SerializationPolicy) {
    const { kernel } = declareMachine(job.spec);
    const buffer = job.memory.buffer as unknown as SharedArrayBuffer;
    const code = new CodeMemory(kernel.hw, buffer);
    const { units } = job.spec;
    const quantum = job.oversubscribed ? SHARED_QUANTUM : OWN_QUANTUM;
    const { addressSpace } = kernel.hw.cpu;
    this.#job = job;
    this.#order = new SharedOrder(job.order, job.spec.cpus + job.spec.tasks.length);
    this.#judge = new Judge(this.#order);
    this.#words = new Int32Array(buffer);
    this.#doorbell = kernel.hw.cpu.doorbell(job.cpu);
    const aboutToExecute = (): void => this.#order.aboutToExecute(this.#words[addressSpace(job.cpu)]!);
    const path = new FetchPath(job.cpu, kernel.hw, job.memory, code, units, job.runLoop);
    const outlined =
      job.program &&
      new OutlinedCode({
        cpu: job.cpu,
        layout: kernel.hw,
        memory: job.memory,
        path,
        program: job.program,
        versionAt,
      });
    this.#c = new Cpu({
      id: job.cpu,
      hw: kernel.hw,
      kernel,
      profile: job.spec.profile,
      words: this.#words,
      code,
      userCode: outlined ?? path,
      ownCode: outlined && {
        code: outlined,
        aboutToExecute,
        attend: () => this.#attendInFrame(),
        returned: () => this.#returnedFromFrame(),
      },
      units,
      points: orderingPoints(job.spec.config, job.spec.without),
      sink: this.#sink(),
      spontaneousRefresh: spontaneousRefresh(job.hardware, job.seed, job.cpu),
      callUnit: (userCode, unit, times) => {
        aboutToExecute();
        return userCode.execute(unit, Math.min(times, quantum));
      },
      versionOf,
      config: job.spec.config,
      policy,
      userMode,
    });
  }

  /** The start barrier: no cpu runs before every cpu has a thread. */
  awaitOthers(): boolean {
    const { run } = this.#c.kernel;
    const { cpus } = this.#job.spec;
    const until = performance.now() + this.#job.startTimeoutMs;
    Atomics.add(this.#words, run.startedCpus(0), 1);
    Atomics.notify(this.#words, run.startedCpus(0));
    for (;;) {
      const started = Atomics.load(this.#words, run.startedCpus(0));
      if (started >= cpus) return true;
      if (performance.now() >= until) stopMachine(this.#words, this.#c.kernel, STOP.notStarted);
      if (Atomics.load(this.#words, run.stop(0)) !== STOP.no) return false;
      Atomics.wait(this.#words, run.startedCpus(0), started, 10);
    }
  }

  run(): void {
    const progress = this.#c.hw.cpu.progress(this.#job.cpu);
    try {
      for (;;) {
        this.#drive(cpuTurn(this.#c));
        this.#words[progress]!++;
      }
    } catch (error) {
      if (error instanceof Stopped) return;
      stopMachine(this.#words, this.#c.kernel, STOP.broke);
      throw error;
    }
  }

  outcome(started: boolean): CpuOutcome {
    return { cpu: this.#job.cpu, started, tally: this.#judge.tally, evidence: this.#evidence };
  }

  #drive(routine: Routine): void {
    let step = routine.next(0);
    while (!step.done) {
      const access = step.value;
      const rings = Atomics.load(this.#words, this.#doorbell) !== 0;
      if (rings && this.#attend(access) === 'interrupted' && kindOf(access) === ACCESS.waitAtLeast) {
        step = routine.next(0); // what it waits for may have to wait: it looks again
        continue;
      }
      step = routine.next(isBlocking(access) ? this.#block(access) : this.#perform(access));
    }
  }

  #perform(access: Access): number {
    const result = this.#c.perform(access);
    switch (kindOf(access)) {
      case ACCESS.ring:
        Atomics.notify(this.#words, this.#c.hw.cpu.doorbell(argumentOf(access)));
        break;
      case ACCESS.execute:
      case ACCESS.executeOnce:
        this.#words[this.#c.hw.cpu.progress(this.#job.cpu)]!++;
        if (this.#job.oversubscribed && result >= SHARED_QUANTUM) this.#nap();
        break;
    }
    return result;
  }

  /** The doorbell is not quiet: stop, or take an interrupt if this is a moment for one. A halt ends with the
   *  interrupt pending, which is then taken before the next access: taken here, the halt would not know. */
  #attend(next: Access): 'interrupted' | 'quiet' {
    const bell = Atomics.load(this.#words, this.#doorbell);
    if (bell & NOTICE_STOP) throw new Stopped();
    if ((bell & IRQ_MASK) === 0 || !this.#c.interruptsEnabled || kindOf(next) === ACCESS.halt) return 'quiet';
    const operand = this.#c.operand;
    this.#drive(interruptFromKernel(this.#c));
    this.#c.restoreOperand(operand);
    return 'interrupted';
  }

  /** The doorbell rings in the middle of a function of the user's own, which cannot be left but for good. */
  #attendInFrame(): void {
    const bell = Atomics.load(this.#words, this.#doorbell);
    if (bell & NOTICE_STOP) throw new Stopped();
    if (bell & IRQ_MASK) this.#drive(interruptInFrame(this.#c));
  }

  /** A task that should have been replaced in the middle of a function is interrupted again, after it. */
  #returnedFromFrame(): void {
    const { task } = this.#c.kernel;
    if (Atomics.load(this.#words, task.flags(this.#c.current)) & TIF_NEED_RESCHED) {
      Atomics.or(this.#words, this.#doorbell, IRQ_RESCHEDULE);
    }
  }

  /** Waits, serving interrupts where they are enabled.
   *  @returns 1; 0 where an interrupt came first (see Processor.waitAtLeast). */
  #block(access: Access): number {
    let spins = 0;
    while (!this.#c.attempt(access)) {
      if (this.#attend(access) === 'interrupted' && kindOf(access) === ACCESS.waitAtLeast) return 0;
      if (this.#inUserMode() && Atomics.load(this.#words, this.#doorbell) & IRQ_MASK) return 0;
      if (this.#c.attempt(access)) break;
      this.#finishIfDone(access);
      if (!this.#job.oversubscribed && ++spins < SPINS_BEFORE_PARKING) continue;
      this.#nap();
    }
    return 1;
  }

  #inUserMode(): boolean {
    return this.#c.get(this.#c.kernel.task.mode(this.#c.current)) === TASK_MODE.user;
  }

  /** An idle cpu that finds no task alive ends the run. */
  #finishIfDone(access: Access): void {
    if (kindOf(access) !== ACCESS.halt) return;
    if (Atomics.load(this.#words, this.#c.kernel.run.liveTasks(0)) === 0) {
      stopMachine(this.#words, this.#c.kernel, STOP.finished);
    }
  }

  /** Gives the host core up until the doorbell rings, or for a moment. */
  #nap(): void {
    Atomics.wait(this.#words, this.#doorbell, Atomics.load(this.#words, this.#doorbell), NAP_MS);
  }

  #sink(): ConstructorParameters<typeof Cpu>[0]['sink'] {
    const judge = this.#judge;
    return {
      promise: () => judge.promise(),
      execute: (cpu, space, unit, version, promised, count, value) => {
        if (judge.execute(cpu, space, unit, version, promised, count, value) === 'good') return;
        this.#evidence ??= this.#c.evidence(unit);
      },
      serialize: (cpu, point) => judge.serialize(cpu, point),
      barrierEntered: (_cpu, task) => judge.barrierEntered(task),
      barrierReturned: (_cpu, task, space) => judge.barrierReturned(task, space),
      fault: (fault) => {
        judge.fault(fault);
        this.#evidence ??= this.#c.evidence(fault.unit);
        stopMachine(this.#words, this.#c.kernel, STOP.fault);
      },
    };
  }
}
