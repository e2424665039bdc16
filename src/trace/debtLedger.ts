/** What an engine that stores and takes back states needs of the oracle: who owes a serialization, as words of the
 *  state. The oracle implements it; the engine does not know how it judges. */
import type { CpuId, MmId, TaskId } from '../base/ids.js';

/** Words of the state that belong to the ledger. */
export interface Bits {
  get(index: number): number;
  set(index: number, value: number): void;
}

export interface DebtLedger {
  barrierEntered(task: TaskId): void;
  barrierReturned(task: TaskId, space: MmId): void;
  serialized(cpu: CpuId): void;
  /** Has the cpu, since a SYNC_CORE call in `space` returned, not serialized after that call's first barrier? */
  owes(cpu: CpuId, space: MmId): boolean;
}

/** @param bits `tasks + mms` words, all zero at first. */
export type MakeLedger = (bits: Bits, tasks: number, mms: number, cpus: number) => DebtLedger;
