/** The virtual engine: every cpu in one thread, in whole cycles, the earliest event first.
 *
 *  Two cpus at the same time go in the order that the seed ranks them; an interrupt that arrives then comes first. User
 *  code really executes. The same seed gives the same run on any machine. What a cpu does at once, as others see it, is
 *  one access (accessSteps.ts), or with `granularity: 'turn'` a routine up to its end, or to where it has to wait
 *  (turnSteps.ts): the same kernel, much faster, for measuring.
 *
 *  Limit: memory is sequentially consistent; a cpu costs time only at its accesses and at what the kernel counts. A call
 *  of a user's own function is one access: what arrives meanwhile is taken after it, and it costs what one call of a
 *  unit does, however long it is. */
import type { CpuId } from '../../base/ids.js';
import { Random } from '../../base/random.js';
import { CodeMemory } from '../../hw/codeMemory.js';
import type { CycleCosts } from '../../hw/costProfile.js';
import { IRQ_TIMER } from '../../hw/doorbell.js';
import { FetchPath } from '../../hw/fetchPath.js';
import { OutlinedCode, type OutlinedProgram } from '../../hw/outlinedCode.js';
import type { StationBytes } from '../../hw/processor.js';
import { type Hardware, spontaneousRefresh } from '../../hw/refresh.js';
import type { UserCode } from '../../hw/userCode.js';
import { userMode } from '../../jit/userMode.js';
import { versionAt, versionOf } from '../../jit/version.js';
import {
  allocateMemory,
  boot,
  declareMachine,
  dimensionsOf,
  type MachineLayout,
  orderingPoints,
} from '../../kernel/boot.js';
import type { CpuParts } from '../../kernel/cpu.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { SingleOrder } from '../../oracle/eventOrder.js';
import { Judge } from '../../oracle/judge.js';
import type { Timeline } from '../../trace/timeline.js';
import { fileOf } from '../catalogue.js';
import { AccessSteps } from './accessSteps.js';
import type { Accounts } from './accounts.js';
import { CAUSE } from './accounts.js';
import { VirtualHardware } from './hardware.js';
import { Lanes } from './lanes.js';
import { Lookahead } from './lookahead.js';
import { PlainCpu } from './plainCpu.js';
import {
  isSpecializedFor,
  type MachineKind,
  type PlainKernel,
  plainKernel,
  specializedKernel,
  suspendingKernel,
} from './plainKernel.js';
import { Recorder } from './recorder.js';
import type { Steps } from './steps.js';
import { type MachineTrace, TracedCpu } from './tracedCpu.js';
import { TraceNames } from './traceNames.js';
import { type LaterKernel, type Pace, TurnSteps } from './turnSteps.js';
import { VirtualCpu } from './virtualCpu.js';

export interface VirtualParts {
  readonly spec: MachineSpec;
  readonly policy: SerializationPolicy;
  readonly images: readonly Uint8Array[];
  /** Functions of the user's own. */
  readonly program?: OutlinedProgram | undefined;
  readonly runLoop: WebAssembly.Module;
  readonly costs: CycleCosts;
  readonly seed: number;
  /** What cpus drop on their own; nothing by default. */
  readonly hardware?: Hardware;
  /** How much of what a cpu does others see at once; each access by default. */
  readonly granularity?: 'access' | 'turn';
  /** The kernel that runs turns; where left out the plain one, for a policy of the catalogue. */
  readonly turnKernel?: PlainKernel;
  /** Turns after which a plain kernel is made for this kind of machine. */
  readonly specializedAfter?: number;
  /** When turns may be made out of order, where that is the same. */
  readonly pace?: Pace;
  /** Where what happens is recorded, in cycles, one lane per cpu; nowhere by default. Not with turns. */
  readonly timeline?: Timeline | undefined;
  /** Cycles between two timer interrupts of a cpu; none by default. */
  readonly timerPeriod?: number | undefined;
}

/** Why `run` came back. */
export type Halt = 'finished' | 'deadlock' | 'step-limit' | 'condition' | 'fault';

/** A run of so many turns takes longer than the making of a kernel for it; one that is there is taken at once. */
const SPECIALIZED_AFTER = 100_000;

/** Cpus start up to this many cycles apart. */
const START_SPREAD = 1000;

export class VirtualMachine {
  readonly spec: MachineSpec;
  readonly layout: MachineLayout;
  readonly words: Int32Array;
  readonly judge = new Judge(new SingleOrder());
  readonly recorder: Recorder;
  /** The stations at the first execution that went wrong. */
  evidence: StationBytes | undefined;
  /** Accesses performed so far; turns, where those are what happens at once. */
  steps = 0;
  readonly #hardware: VirtualHardware;
  readonly #lanes: Lanes;
  readonly #steps: Steps;
  /* Cycles that a cpu can be ahead of another and not be reached by it. */
  readonly #reach: number;
  readonly #starts: Float64Array;
  readonly #timerPeriod: number | undefined;
  readonly #doorbells: Int32Array;

  constructor(parts: VirtualParts) {
    const { spec, policy, images, runLoop, costs, seed, granularity, timerPeriod } = parts;
    const { hardware = 'adversarial' } = parts;
    this.spec = spec;
    this.layout = declareMachine(spec, 'packed');
    this.#timerPeriod = timerPeriod;
    const memory = allocateMemory(this.layout.byteLength);
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    boot(spec, this.layout, buffer, images);
    this.words = new Int32Array(buffer);
    const { kernel } = this.layout;
    const code = new CodeMemory(kernel.hw, buffer);
    const random = new Random(seed);
    this.#hardware = new VirtualHardware(this.words.length, spec.cpus, costs, random);
    const { times } = this.#hardware;
    this.#doorbells = Int32Array.from({ length: spec.cpus }, (_, cpu) => kernel.hw.cpu.doorbell(cpu));
    this.recorder = new Recorder({
      judge: this.judge,
      words: this.words,
      kernel,
      times,
      tasks: spec.cpus + spec.tasks.length,
      mms: spec.mms.length + 1,
      onFinding: (cpu, unit) => {
        this.evidence ??= this.cpu(cpu).evidence(unit);
      },
      onFault: () => {
        this.#lanes.hasFaulted = true;
      },
    });
    const points = orderingPoints(spec.config, spec.without);
    const cpuParts = (id: CpuId): CpuParts => {
      const path = new FetchPath(id, kernel.hw, memory, code, spec.units, runLoop);
      const outlined =
        parts.program &&
        new OutlinedCode({ cpu: id, layout: kernel.hw, memory, path, program: parts.program, versionAt });
      return {
        id,
        hw: kernel.hw,
        kernel,
        profile: spec.profile,
        words: this.words,
        code,
        userCode: outlined ?? path,
        ownCode: outlined && {
          code: outlined,
          aboutToExecute: () => {},
          attend: () => {},
          returned: () => {},
        },
        units: spec.units,
        points,
        sink: this.recorder,
        spontaneousRefresh: spontaneousRefresh(hardware, seed, id),
        callUnit: (userCode, unit, times) => this.#callUnit(id, userCode, unit, times),
        versionOf,
        config: spec.config,
        policy,
        userMode,
      };
    };
    const { patchBegan } = this.recorder;
    if (parts.timeline && granularity === 'turn') throw new Error('a trace needs each access by itself');
    const trace = parts.timeline && this.#traceOn(parts.timeline);
    const cpus = Array.from({ length: spec.cpus }, (_, id) =>
      trace
        ? new TracedCpu(cpuParts(id), this.#hardware, patchBegan, trace)
        : new VirtualCpu(cpuParts(id), this.#hardware, patchBegan),
    );
    for (const { id } of cpus) times[id] = random.below(START_SPREAD);
    this.#starts = times.slice();
    this.#lanes = new Lanes(
      cpus,
      this.#hardware,
      Int32Array.from(random.permutation(spec.cpus)),
      this.words,
      kernel.run.liveTasks(0),
    );
    if (granularity === 'turn') {
      const cpu = new PlainCpu(cpuParts(0), this.#hardware, patchBegan, cpus);
      const [first, later] = this.#kernels(parts);
      // What a policy that was made elsewhere touches is not known.
      const isKnown = fileOf(policy) !== undefined;
      this.#steps = new TurnSteps({
        lanes: this.#lanes,
        hardware: this.#hardware,
        cpu,
        kernel: first,
        later,
        lookahead: isKnown ? new Lookahead(spec, kernel, this.#lanes, this.#hardware) : undefined,
        pace: parts.pace,
      });
      this.#reach = costs.ipiLatency;
    } else {
      this.#steps = new AccessSteps(this.#lanes, this.#hardware);
      this.#reach = 0;
    }
    for (const { id } of cpus) this.#lanes.ready.push(id);
    if (timerPeriod !== undefined) {
      for (let cpu = 0; cpu < spec.cpus; cpu++) {
        this.#hardware.interrupts.push(START_SPREAD + random.below(timerPeriod), cpu, IRQ_TIMER);
      }
    }
  }

  #traceOn(timeline: Timeline): MachineTrace {
    return {
      timeline,
      names: new TraceNames(this.spec, this.layout.kernel, this.words),
      sent: Array.from({ length: this.spec.cpus }, () => []),
      unserialized: () => this.judge.unserialized,
    };
  }

  /** The kernel that runs turns, and the one that takes over from it. */
  #kernels({ policy, turnKernel, specializedAfter }: VirtualParts): [PlainKernel, LaterKernel | undefined] {
    // Plain code comes from the text of a file; a policy that was made elsewhere runs as it is.
    const file = fileOf(policy);
    if (turnKernel || file === undefined) return [turnKernel ?? suspendingKernel(policy), undefined];
    const kind = this.#kind;
    return [
      plainKernel(file),
      {
        after: specializedAfter ?? (isSpecializedFor(file, kind) ? 0 : SPECIALIZED_AFTER),
        make: () => specializedKernel(file, kind),
      },
    ];
  }

  get #kind(): MachineKind {
    const { spec, layout } = this;
    return {
      layout: layout.kernel,
      dimensions: dimensionsOf(spec),
      config: spec.config,
      profile: spec.profile,
      costs: this.#hardware.costs,
    };
  }

  /** Virtual time: that of the cpu that has come farthest, in cycles. */
  get cycles(): number {
    return this.#hardware.times.reduce((latest, time) => Math.max(latest, time), this.#hardware.now);
  }

  /** Cycles that a cpu has spent, up to its last step. */
  timeOf(cpu: number): number {
    return this.#hardware.times[cpu]! - this.#starts[cpu]!;
  }

  /** Where the cycles went, up to now. */
  get accounts(): Accounts {
    this.#lanes.chargeWaits(this.cycles);
    return this.#hardware.accounts;
  }

  /** Steps that were made out of order, where that is the same; see lookahead.ts. */
  get stepsAhead(): number {
    return this.#steps.ahead;
  }

  cpu(id: number): VirtualCpu {
    return this.#lanes.of(id).c;
  }

  /** An interrupt from outside the machine, pending at once. */
  interrupt(cpu: number, irq: number): void {
    this.#hardware.interrupts.push(this.#hardware.now, cpu, irq);
  }

  /** Runs until every task has exited, nothing can happen any more, or a bound is reached.
   *  @param maxSteps accesses to perform at most; turns, where those are what happens at once.
   *  @param until asked after each access; ends the run where it gives true. */
  run(maxSteps: number, until?: () => boolean): Halt {
    const { interrupts } = this.#hardware;
    const lanes = this.#lanes;
    for (let left = maxSteps; left > 0; ) {
      if (lanes.tasksAreDone) return 'finished';
      if (interrupts.nextAt <= lanes.nextTime) {
        if (interrupts.nextAt === Number.POSITIVE_INFINITY) return 'deadlock';
        this.#deliver();
        left--;
        continue;
      }
      const made = this.#steps.run(until ? 1 : left);
      this.steps += made;
      left -= made;
      if (lanes.hasFaulted) return 'fault';
      if (until?.()) return 'condition';
    }
    return 'step-limit';
  }

  /** An interrupt arrives: its pending bit is set. */
  #deliver(): void {
    const hardware = this.#hardware;
    const { interrupts } = hardware;
    interrupts.pop();
    const { poppedAt: at, poppedCpu: cpu, poppedIrq: irq } = interrupts;
    hardware.now = Math.max(hardware.now, at);
    this.words[this.#doorbells[cpu]!]! |= irq;
    if (irq === IRQ_TIMER && this.#timerPeriod !== undefined) {
      interrupts.push(at + this.#timerPeriod, cpu, IRQ_TIMER);
    }
    this.#lanes.interrupted(cpu, at);
  }

  /** Unchanged code gives the same value again: one call stands for all that fit before anything else happens. */
  #callUnit(cpu: number, userCode: UserCode, unit: number, times: number): number {
    const { costs, interrupts } = this.#hardware;
    const wasDecoded = userCode.isDecoded(unit);
    const made = userCode.execute(unit, 1);
    if (!wasDecoded) {
      this.#hardware.charge(cpu, CAUSE.decode, costs.decode);
      this.recorder.decoded(cpu, unit);
    }
    if (made !== 1) return made;
    // Where turns are not interleaved: nobody can reach this cpu sooner than by an interrupt.
    const others = Math.min(this.#lanes.ready.secondTime + this.#reach, interrupts.nextAt);
    return Math.min(times, Math.max(1, Math.floor((others - this.#hardware.times[cpu]!) / costs.call)));
  }
}
