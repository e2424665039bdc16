/** The event vocabulary: everything the oracle may know about a run.
 *
 *  `execute` is run-length encoded: `count` executions in a row of one version under one
 *  known promise. `promised` is read on the executing cpu *before* the execution it is reported with, so that
 *  "the promise happened before the execution" holds by construction. */
import type { CpuId, MmId, TaskId, UnitId, Version } from '../base/ids.js';

/** Reported in place of a version when the executed value belongs to no version that was ever written. */
export const NO_VERSION = -1;

/** What ran on a cpu instead of a value: the decoded bytes did not validate, or the code trapped. */
export interface FaultEvent {
  readonly cpu: CpuId;
  readonly unit: UnitId;
  readonly message: string;
}

export interface EventSink {
  /** From now on `version` of `unit` is what everybody is supposed to execute. */
  promise(cpu: CpuId, unit: UnitId, version: Version): void;
  /** In address space `space`, `count` executions of `unit` gave `version`; at least `promised` had been promised before the first.
   *  @param value what the code really returned, as evidence. */
  execute(
    cpu: CpuId,
    space: MmId,
    unit: UnitId,
    version: Version,
    promised: Version,
    count: number,
    value: number,
  ): void;
  /** The cpu dropped what it had decoded. `point` is the serialization point's id. */
  serialize(cpu: CpuId, point: string): void;
  /** A membarrier SYNC_CORE call by `task` in `space` has executed its first barrier. */
  barrierEntered(cpu: CpuId, task: TaskId, space: MmId): void;
  /** The same call goes back to its caller with success. */
  barrierReturned(cpu: CpuId, task: TaskId, space: MmId): void;
  fault(fault: FaultEvent): void;
}
