/** Between a cpu and those that listen to its events: keeps what came of the access that it performs. */
import type { CpuId, MmId, TaskId, UnitId, Version } from '../../base/ids.js';
import type { EventSink, FaultEvent } from '../../trace/events.js';

export interface Execution {
  readonly unit: UnitId;
  readonly version: Version;
  readonly promised: Version;
  readonly count: number;
  readonly value: number;
}

export class EventTap implements EventSink {
  executions: Execution[] = [];
  promised: { readonly unit: UnitId; readonly version: Version } | undefined;
  /** The cpu dropped what it had decoded. */
  hasSerialized = false;
  faults: FaultEvent[] = [];
  readonly #sink: EventSink;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** An access begins. */
  clear(): void {
    this.executions = [];
    this.promised = undefined;
    this.hasSerialized = false;
    this.faults = [];
  }

  promise(cpu: CpuId, unit: UnitId, version: Version): void {
    this.promised = { unit, version };
    this.#sink.promise(cpu, unit, version);
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
    this.executions.push({ unit, version, promised, count, value });
    this.#sink.execute(cpu, space, unit, version, promised, count, value);
  }

  serialize(cpu: CpuId, point: string): void {
    this.hasSerialized = true;
    this.#sink.serialize(cpu, point);
  }

  barrierEntered(cpu: CpuId, task: TaskId, space: MmId): void {
    this.#sink.barrierEntered(cpu, task, space);
  }

  barrierReturned(cpu: CpuId, task: TaskId, space: MmId): void {
    this.#sink.barrierReturned(cpu, task, space);
  }

  fault(fault: FaultEvent): void {
    this.faults.push(fault);
    this.#sink.fault(fault);
  }
}
