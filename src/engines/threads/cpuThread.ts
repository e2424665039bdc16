/** One simulated cpu on one host thread, from its start to what it has seen. Everything here is wall clock and real races. */
import { performance } from 'node:perf_hooks';
import { CodeMemory } from '../../hw/codeMemory.js';
import { FetchPath } from '../../hw/fetchPath.js';
import { OutlinedCode, type OutlinedProgram } from '../../hw/outlinedCode.js';
import type { StationBytes } from '../../hw/processor.js';
import { type Hardware, spontaneousRefresh } from '../../hw/refresh.js';
import { versionAt, versionOf } from '../../jit/version.js';
import { declareMachine, orderingPoints } from '../../kernel/boot.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { SharedOrder } from '../../oracle/eventOrder.js';
import { Judge, type Tally } from '../../oracle/judge.js';
import type { EventSink } from '../../trace/events.js';
import { STOP, stopMachine } from '../stop.js';
import { type HostCore, QUANTUM, Stopped, ThreadCpu, type ThreadCpuParts } from './threadCpu.js';
import { type KernelTexts, plainKernel, suspendingKernel } from './threadKernel.js';

/** What a worker is given; plain data and shared memory. */
export interface CpuJob {
  readonly cpu: number;
  readonly spec: MachineSpec;
  readonly memory: WebAssembly.Memory;
  readonly runLoop: WebAssembly.Module;
  readonly policy: string;
  /** The kernel as plain code; its generators are driven where left out. */
  readonly plain?: KernelTexts | undefined;
  /** Functions of the user's own. */
  readonly program?: OutlinedProgram | undefined;
  readonly hostCore: HostCore;
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

export function runCpu(job: CpuJob, policy: SerializationPolicy): CpuOutcome {
  const thread = new CpuThread(job, policy);
  const started = thread.awaitOthers();
  if (started) thread.run();
  return thread.outcome(started);
}

class CpuThread {
  readonly #job: CpuJob;
  readonly #words: Int32Array;
  readonly #c: ThreadCpu;
  readonly #order: SharedOrder;
  readonly #judge: Judge;
  #evidence: StationBytes | undefined;

  constructor(job: CpuJob, policy: SerializationPolicy) {
    const { kernel } = declareMachine(job.spec);
    const buffer = job.memory.buffer as unknown as SharedArrayBuffer;
    const code = new CodeMemory(kernel.hw, buffer);
    const { units } = job.spec;
    const quantum = QUANTUM[job.hostCore];
    const { addressSpace } = kernel.hw.cpu;
    this.#job = job;
    this.#order = new SharedOrder(job.order, job.spec.cpus + job.spec.tasks.length);
    this.#judge = new Judge(this.#order);
    this.#words = new Int32Array(buffer);
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
    const parts: ThreadCpuParts = {
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
        attend: () => this.#c.attendInFrame(),
        returned: () => this.#c.returnedFromFrame(),
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
    };
    const threadKernel = job.plain ? plainKernel(job.plain) : suspendingKernel(policy);
    this.#c = new ThreadCpu(parts, threadKernel, job.hostCore);
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
    try {
      for (;;) this.#c.turn();
    } catch (error) {
      if (error instanceof Stopped) return;
      stopMachine(this.#words, this.#c.kernel, STOP.broke);
      throw error;
    }
  }

  outcome(started: boolean): CpuOutcome {
    return { cpu: this.#job.cpu, started, tally: this.#judge.tally, evidence: this.#evidence };
  }

  #sink(): EventSink {
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
