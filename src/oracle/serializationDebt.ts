/** P-SYNC as a finite state: which cpus owe a serialization to which address space.
 *
 *  When a SYNC_CORE call executes its first barrier, every cpu is pending for it; a cpu that serializes is not any
 *  more. When the call returns, whoever is still pending owes the address space a serialization until the next one.
 *  Executing its code while owing is the violation. The same property as in judge.ts, which counts positions;
 *  bits over cpus can be stored, hashed and taken back.
 *
 *  Limit: at most 32 cpus. */
import type { CpuId, MmId, TaskId } from '../base/ids.js';
import type { Bits, DebtLedger } from '../trace/debtLedger.js';

export class SerializationDebt implements DebtLedger {
  readonly #bits: Bits;
  readonly #tasks: number;
  readonly #mms: number;
  readonly #everyCpu: number;

  /** @param bits `tasks + mms` words, all zero at first. */
  constructor(bits: Bits, tasks: number, mms: number, cpus: number) {
    this.#bits = bits;
    this.#tasks = tasks;
    this.#mms = mms;
    this.#everyCpu = cpus === 32 ? -1 : (1 << cpus) - 1;
  }

  barrierEntered(task: TaskId): void {
    this.#bits.set(task, this.#everyCpu);
  }

  barrierReturned(task: TaskId, space: MmId): void {
    const owing = this.#tasks + space;
    this.#bits.set(owing, this.#bits.get(owing) | this.#bits.get(task));
    this.#bits.set(task, 0);
  }

  serialized(cpu: CpuId): void {
    const others = ~(1 << cpu);
    for (let i = 0; i < this.#tasks + this.#mms; i++) {
      const bits = this.#bits.get(i);
      if (bits & ~others) this.#bits.set(i, bits & others);
    }
  }

  owes(cpu: CpuId, space: MmId): boolean {
    return (this.#bits.get(this.#tasks + space) & (1 << cpu)) !== 0;
  }
}
