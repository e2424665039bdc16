/** Listens to the events of a virtual machine: passes them to the oracle, and keeps what a measurement wants to know
 *  beyond the verdict: how long publications took, and which serializations were needed. */
import type { CpuId, MmId, TaskId, UnitId, Version } from '../../base/ids.js';
import type { KernelLayout } from '../../kernel/layout.js';
import { ORDERING_POINTS } from '../../kernel/orderingPoints.js';
import type { Judge } from '../../oracle/judge.js';
import type { EventSink, FaultEvent } from '../../trace/events.js';
import { Distribution } from './distribution.js';
import { SerializationLedger } from './serializationLedger.js';

export interface RecorderParts {
  readonly judge: Judge;
  readonly words: Int32Array;
  readonly kernel: KernelLayout;
  /** Of each cpu, in cycles. */
  readonly times: Float64Array;
  readonly tasks: number;
  readonly mms: number;
  /** An execution went wrong. */
  readonly onFinding: (cpu: CpuId, unit: UnitId) => void;
  readonly onFault: () => void;
}

export class Recorder implements EventSink {
  /** From the first barrier of a SYNC_CORE call to its return, in cycles. */
  readonly membarrierLatency = new Distribution();
  /** From the first store of a patch to its promise, in cycles. */
  readonly publicationLatency = new Distribution();
  readonly ledger: SerializationLedger;
  /** When a task began to patch. */
  readonly patchBegan: Float64Array;
  readonly #parts: RecorderParts;
  readonly #entered: Float64Array;
  readonly #points = new Map(ORDERING_POINTS.map((point, index) => [point.id, index]));
  readonly #issued: (unit: UnitId) => Version;

  constructor(parts: RecorderParts) {
    const { kernel, words, tasks, mms } = parts;
    const { cpus, units } = kernel.hw.dimensions;
    this.#parts = parts;
    this.ledger = new SerializationLedger(ORDERING_POINTS.length, cpus, units, mms);
    this.patchBegan = new Float64Array(tasks);
    this.#entered = new Float64Array(tasks);
    this.#issued = (unit) => words[kernel.hw.site.issued(unit)]!;
  }

  /** A cpu has fetched and decoded a unit. */
  decoded(cpu: CpuId, unit: UnitId): void {
    this.ledger.decoded(cpu, unit, this.#issued(unit));
  }

  promise(cpu: CpuId): void {
    const { judge, words, kernel, times } = this.#parts;
    judge.promise();
    this.publicationLatency.add(times[cpu]! - this.patchBegan[words[kernel.runQueue.curr(cpu)]!]!);
  }

  execute(
    cpu: CpuId,
    space: MmId,
    unit: UnitId,
    version: Version,
    promised: Version,
    count: number,
    value: number,
  ): void {
    const { judge, onFinding } = this.#parts;
    if (judge.execute(cpu, space, unit, version, promised, count, value) !== 'good') onFinding(cpu, unit);
  }

  serialize(cpu: CpuId, point: string): void {
    const { judge, words, kernel } = this.#parts;
    judge.serialize(cpu, point);
    const space = words[kernel.hw.cpu.addressSpace(cpu)]!;
    this.ledger.serialized(cpu, this.#points.get(point)!, space, this.#issued);
  }

  barrierEntered(cpu: CpuId, task: TaskId, space: MmId): void {
    this.#parts.judge.barrierEntered(task);
    this.#entered[task] = this.#parts.times[cpu]!;
    this.ledger.called(space);
  }

  barrierReturned(cpu: CpuId, task: TaskId, space: MmId): void {
    this.#parts.judge.barrierReturned(task, space);
    this.membarrierLatency.add(this.#parts.times[cpu]! - this.#entered[task]!);
  }

  fault(fault: FaultEvent): void {
    const { judge, onFinding, onFault } = this.#parts;
    judge.fault(fault);
    onFinding(fault.cpu, fault.unit);
    onFault();
  }
}
