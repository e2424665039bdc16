/** A cpu whose every read of state is remembered, so that a routine in flight can be built again.
 *
 *  A routine's locals are a function of what it has read since it began: results of its accesses and private reads.
 *  Both go on a tape. To get back to an earlier moment the routine is started afresh and fed from the tape, while
 *  nothing it writes has any effect. Counting is left out: tallies are no state. */
import type { MmId, WordAddress } from '../base/ids.js';
import type { CounterName } from '../hw/counters.js';
import { Cpu, type CpuParts } from '../kernel/cpu.js';

/** What the machine learns of a cpu's private accesses. */
export interface StateWrites {
  /** About to write; remembers the old value. */
  write(address: WordAddress, value: number): void;
}

/** What routines of one depth (a turn, an interrupt on top of it) have read, oldest first. */
export class Tape {
  values = new Int32Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length++] = value;
  }
}

export class ExploredCpu extends Cpu {
  readonly #writes: StateWrites;
  /** The tape of the depth that runs now. */
  tape: Tape;
  /** Position on the tape while a routine is built again; -1 while it really runs. */
  replayAt = -1;

  constructor(parts: CpuParts, writes: StateWrites, tape: Tape) {
    super(parts);
    this.#writes = writes;
    this.tape = tape;
  }

  override get(address: WordAddress): number {
    if (this.replayAt >= 0) return this.tape.values[this.replayAt++]!;
    const value = super.get(address);
    this.tape.push(value);
    return value;
  }

  override set(address: WordAddress, value: number): void {
    if (this.replayAt < 0) this.#writes.write(address, value);
  }

  override countBy(_counter: CounterName, _amount: number): void {}

  override noteBarrierEntered(task: number, space: MmId): void {
    if (this.replayAt < 0) super.noteBarrierEntered(task, space);
  }

  override noteBarrierReturned(task: number, space: MmId): void {
    if (this.replayAt < 0) super.noteBarrierReturned(task, space);
  }

  protected override tallySyncCore(_mm: MmId): void {}

  /* Every execution reads the promise word by itself here. */
  protected override announcePromise(): void {}
}
