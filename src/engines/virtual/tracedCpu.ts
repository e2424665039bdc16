/** A cpu in virtual time that records on a timeline what it does.
 *
 *      depth 0   the task, or the context switch from one to the next
 *      depth 1   its mode: user, a system call, exit to user mode, interrupt, kernel thread, idle
 *      deeper    accesses that say something by themselves, waits, interrupts of kernel routines
 *
 *  It looks on: the same happens at the same time on a cpu that records nothing. A slice is as long as what it shows costs.
 *  Limit: for accesses that happen one by one; routines that run to their end as plain code have no such cpu. */
import type { CpuId, MmId, TaskId } from '../../base/ids.js';
import { ACCESS, type Access, argumentOf, kindOf, type Routine } from '../../hw/access.js';
import { COUNTER, type CounterName } from '../../hw/counters.js';
import { IRQ_MASK } from '../../hw/doorbell.js';
import { EXECUTE_FAULT } from '../../hw/processor.js';
import type { CpuParts } from '../../kernel/cpu.js';
import { POINT } from '../../kernel/orderingPoints.js';
import { TASK_MODE, type TaskMode } from '../../kernel/task.js';
import type { Details, Slice, Timeline } from '../../trace/timeline.js';
import { accessLabel } from './accessLabel.js';
import { EventTap } from './eventTap.js';
import type { VirtualHardware } from './hardware.js';
import { TracedExecutions } from './tracedExecutions.js';
import { irqNames, type TraceNames } from './traceNames.js';
import { VirtualCpu } from './virtualCpu.js';

/** What the cpus of a machine that is traced share. */
export interface MachineTrace {
  readonly timeline: Timeline;
  readonly names: TraceNames;
  /** Interrupts that were sent and not taken yet, by the cpu that they go to. */
  readonly sent: SentInterrupt[][];
  /** Calls up to now that broke P-SYNC. */
  readonly unserialized: () => number;
}

interface SentInterrupt {
  readonly irqs: number;
  readonly arrivesAt: number;
  readonly slice: Slice;
}

interface SwitchUnderWay {
  readonly slice: Slice;
  readonly prev: TaskId;
  readonly prevMm: string;
  /** Address spaces that had been loaded before it. */
  readonly loads: number;
}

const TASK_DEPTH = 0;
const MODE_DEPTH = 1;
const INNER_DEPTH = 2;

const WAIT = 'wait';
const SYSTEM_CALL = 'system call';
/* What another cpu wants to have called here. */
const FUNCTION_CALL = 'function call';

/** Of a task in a system call it matters in which. */
const MODE_NAMES: Readonly<Record<Exclude<TaskMode, typeof TASK_MODE.syscall>, string>> = {
  [TASK_MODE.idle]: 'idle',
  [TASK_MODE.kthread]: 'kernel thread',
  [TASK_MODE.user]: 'user',
  [TASK_MODE.exiting]: 'exit to user mode',
};

export class TracedCpu extends VirtualCpu {
  readonly #trace: MachineTrace;
  readonly #tap: EventTap;
  readonly #executions: TracedExecutions;
  #switch: SwitchUnderWay | undefined;
  /* Is a routine of the kernel interrupted? It goes on afterwards. */
  #isNested = false;
  /* The process on whose behalf sync_core() is about to be executed; 0 where for all of them. */
  #syncCoreFor: MmId = 0;
  /* When the interrupt that was sent last arrives. */
  #arrivesAt = 0;

  constructor(parts: CpuParts, hardware: VirtualHardware, patchBegan: Float64Array, trace: MachineTrace) {
    const tap = new EventTap(parts.sink);
    super({ ...parts, sink: tap }, hardware, patchBegan);
    this.#trace = trace;
    this.#tap = tap;
    this.#executions = new TracedExecutions(parts.id, trace.timeline, trace.names, tap);
  }

  /* ---- tasks and modes ---- */

  override *turn(): Routine {
    this.#turnBegins();
    yield* super.turn();
    this.#turnEnds();
  }

  override *interrupt(): Routine {
    this.#endWait();
    const depth = this.#timeline.depth(this.id);
    this.#isNested = true;
    yield* super.interrupt();
    this.#isNested = false;
    this.#timeline.end(this.id, depth, this.now);
  }

  override count(counter: CounterName): void {
    if (counter === 'contextSwitches') this.#switchBegins();
    else if (counter === 'syscalls') this.#enterMode(this.now, SYSTEM_CALL, this.#syscall);
    else if (counter === 'lazyReturns' && this.#switch) this.#switch.slice.details.lazyReturn = true;
    else if (counter === 'syncCoreDeferred') this.#mark('serialization', 'serialization deferred');
    else if (counter === 'syncCoreHonoured') this.#mark('serialization', 'deferred serialization is due');
    super.count(counter);
  }

  #turnBegins(): void {
    const { task } = this.kernel;
    const { current } = this;
    if (this.#timeline.depth(this.id) === TASK_DEPTH) {
      this.#begin('task', this.#names.task(current), { task: current, mm: this.#mmOf(current) });
    }
    const mode = this.get(task.mode(current)) as TaskMode;
    if (mode === TASK_MODE.syscall) this.#goOnIn(SYSTEM_CALL, this.#syscall);
    else this.#goOnIn('mode', MODE_NAMES[mode]);
    if (mode === TASK_MODE.kthread && this.#names.syscall(current)) this.#begin(SYSTEM_CALL, this.#syscall);
  }

  #turnEnds(): void {
    if (this.#switch) {
      this.#switchEnds(this.#switch);
      return;
    }
    const { task } = this.kernel;
    const { current } = this;
    const mode = this.#timeline.open(this.id, MODE_DEPTH);
    if (mode?.category === SYSTEM_CALL && this.get(task.mode(current)) === TASK_MODE.exiting) {
      mode.details.result = this.get(task.returnValue(current));
    }
    this.#timeline.end(this.id, INNER_DEPTH, this.now);
  }

  get #syscall(): string {
    return this.#names.syscall(this.current) ?? SYSTEM_CALL;
  }

  /** Turn after turn in the same mode is one slice. */
  #goOnIn(category: string, name: string): void {
    if (this.#timeline.open(this.id, MODE_DEPTH)?.name !== name) this.#enterMode(this.now, category, name);
  }

  #enterMode(at: number, category: string, name: string): Slice {
    this.#timeline.end(this.id, MODE_DEPTH, at);
    return this.#timeline.begin(this.id, at, { category, name });
  }

  /* ---- context switches: between the two tasks, and neither's ---- */

  #switchBegins(): void {
    const prev = this.current;
    this.#timeline.end(this.id, TASK_DEPTH, this.now);
    this.#switch = {
      slice: this.#begin('context switch', `switch from ${this.#names.task(prev)}`),
      prev,
      prevMm: this.#mmOf(prev),
      loads: this.#counted('crWrites'),
    };
  }

  #switchEnds({ slice, prev, prevMm, loads }: SwitchUnderWay): void {
    const { runQueue } = this.kernel;
    const { current } = this;
    slice.name = `switch ${this.#names.task(prev)} -> ${this.#names.task(current)}`;
    Object.assign(slice.details, {
      prevMm,
      nextMm: this.#mmOf(current),
      loaded: this.#names.mm(this.get(runQueue.loadedMm(this.id))),
      addressSpaceLoads: this.#counted('crWrites') - loads,
    });
    this.#timeline.end(this.id, TASK_DEPTH, this.now);
    this.#switch = undefined;
  }

  /** A kernel thread borrows the mm of the task before it: it is lazy on it. */
  #mmOf(task: TaskId): string {
    const own = this.get(this.kernel.task.mm(task));
    return own === 0
      ? `lazy on ${this.#names.mm(this.get(this.kernel.task.activeMm(task)))}`
      : this.#names.mm(own);
  }

  /* ---- accesses ---- */

  override attempt(access: Access): boolean {
    const isDone = super.attempt(access);
    if (!isDone && this.#innermost?.category !== WAIT) {
      this.#begin(WAIT, kindOf(access) === ACCESS.halt ? 'halt' : this.#names.wait(argumentOf(access)));
    }
    return isDone;
  }

  override complete(access: Access): number {
    this.#endWait();
    return super.complete(access);
  }

  override do(access: Access): number {
    this.#endWait();
    const { operand, now: from } = this;
    const decodes = this.#counted('decodes');
    const unserialized = this.#trace.unserialized();
    this.#tap.clear();
    const result = super.do(access);
    const kind = kindOf(access);
    if (kind === ACCESS.execute || kind === ACCESS.executeOnce) {
      this.#executions.add({
        unit: argumentOf(access),
        from,
        until: this.now,
        result,
        decodes: this.#counted('decodes') - decodes,
        unserialized: this.#trace.unserialized() - unserialized,
      });
      if (result === EXECUTE_FAULT) this.#enterMode(this.now, 'interrupt', 'invalid opcode trap');
    } else this.#show(access, operand, result, from);
    return result;
  }

  /** @param operand the first operand register, as it was before the access. */
  #show(access: Access, operand: number, result: number, from: number): void {
    const argument = argumentOf(access);
    switch (kindOf(access)) {
      case ACCESS.and:
        if (argument === this.hw.cpu.doorbell(this.id)) this.#interruptTaken(result & IRQ_MASK, from);
        break;
      case ACCESS.dereference: {
        const call = this.#names.functionCall(argument, result);
        if (call !== undefined) this.#timeline.begin(this.id, from, { category: FUNCTION_CALL, name: call });
        break;
      }
      case ACCESS.addRelease:
        if (this.#innermost?.category === FUNCTION_CALL) this.#endInnermost();
        break;
      case ACCESS.fence:
        if (argument === POINT.breakpointHandler) this.#enterMode(from, 'interrupt', 'breakpoint trap');
        break;
      case ACCESS.promise:
        this.#mark('jit', `promise ${this.#names.newest(argument)}`);
        break;
      case ACCESS.unexpectedBreakpoint:
        this.#executions.addFaults(from);
        break;
      default:
        this.#showAccess(access, operand, from);
    }
  }

  #showAccess(access: Access, operand: number, from: number): void {
    const label = accessLabel(this, this.#names, {
      access,
      operand,
      hasSerialized: this.#tap.hasSerialized,
    });
    if (label === undefined) return;
    const slice = this.#timeline.add(this.id, from, this.now, label);
    const kind = kindOf(access);
    if (kind === ACCESS.syncCore) {
      if (this.#syncCoreFor !== 0) slice.details.for = this.#names.mm(this.#syncCoreFor);
    } else if (kind === ACCESS.ring) {
      this.#trace.sent[argumentOf(access)]!.push({ irqs: operand, arrivesAt: this.#arrivesAt, slice });
    }
  }

  protected override tallySyncCore(mm: MmId): void {
    super.tallySyncCore(mm);
    this.#syncCoreFor = mm;
  }

  protected override ring(cpu: CpuId, irqs: number): number {
    this.#arrivesAt = super.ring(cpu, irqs);
    return this.#arrivesAt;
  }

  /** The pending bits are taken: those of every interrupt that has arrived, however many were sent. */
  #interruptTaken(irqs: number, from: number): void {
    const name = `interrupt: ${irqNames(irqs)}`;
    const slice = this.#isNested
      ? this.#timeline.begin(this.id, from, { category: 'interrupt', name })
      : this.#enterMode(from, 'interrupt', name);
    const { sent } = this.#trace;
    sent[this.id] = sent[this.id]!.filter((one) => {
      if ((one.irqs & irqs) === 0 || one.arrivesAt > from) return true;
      this.#timeline.arrow('IPI', one.slice, slice);
      return false;
    });
  }

  get #innermost(): Slice | undefined {
    return this.#timeline.open(this.id, this.#timeline.depth(this.id) - 1);
  }

  #endInnermost(): void {
    this.#timeline.end(this.id, this.#timeline.depth(this.id) - 1, this.now);
  }

  #endWait(): void {
    if (this.#innermost?.category === WAIT) this.#endInnermost();
  }

  #counted(counter: CounterName): number {
    return this.get(this.hw.counter(this.id, COUNTER[counter]));
  }

  #begin(category: string, name: string, details: Details = {}): Slice {
    return this.#timeline.begin(this.id, this.now, { category, name, details });
  }

  #mark(category: string, name: string): void {
    this.#timeline.mark(this.id, this.now, { category, name });
  }

  get #timeline(): Timeline {
    return this.#trace.timeline;
  }

  get #names(): TraceNames {
    return this.#trace.names;
  }
}
