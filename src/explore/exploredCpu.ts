/** A cpu whose routines can be watched: what they read and write for themselves goes through a script, while it has one.
 *
 *  Counting is left out: tallies are no state. */
import type { MmId, TaskId, WordAddress } from '../base/ids.js';
import type { CounterName } from '../hw/counters.js';
import { IRQ_MASK } from '../hw/doorbell.js';
import { Cpu, type CpuParts } from '../kernel/cpu.js';
import type { TaskMode } from '../kernel/task.js';
import type { ExploredMemory } from './exploredMemory.js';

/** Notes for the oracle, in place of the address of a word. */
const NOTE = { barrierEntered: -1, barrierReturned: -2 } as const;

/** Who watches a routine, and answers it. */
export interface Script {
  /** A private read. @returns what the routine gets to see. */
  read(address: WordAddress): number;
  /** Something that `redo` can do again: an address and a value; or a note, a task and its address space. */
  did(what: number, a: number, b: number): void;
}

export class ExploredCpu extends Cpu {
  readonly #memory: ExploredMemory;
  /** Where interrupts are pending. */
  readonly doorbell: WordAddress;
  readonly #interruptsEnabled: WordAddress;
  script: Script | undefined;

  constructor(parts: CpuParts, memory: ExploredMemory) {
    super(parts);
    this.#memory = memory;
    this.doorbell = parts.hw.cpu.doorbell(parts.id);
    this.#interruptsEnabled = parts.hw.cpu.interruptsEnabled(parts.id);
  }

  /* ---- where it stands, whoever watches ---- */

  get hasInterrupt(): boolean {
    return (this.#memory.read(this.doorbell) & IRQ_MASK) !== 0;
  }

  get takesInterrupts(): boolean {
    return this.#memory.read(this.#interruptsEnabled) !== 0;
  }

  /** Of the current task. */
  get mode(): TaskMode {
    const curr = this.view(this.kernel.runQueue.curr(this.id));
    return this.#memory.read(this.kernel.task.mode(curr)) as TaskMode;
  }

  /* ---- what routines do ---- */

  /** A word as this cpu sees it. */
  view(address: WordAddress): number {
    return this.#memory.view(this.id, address);
  }

  /** Does again what a script has seen. */
  redo(what: number, a: number, b: number): void {
    if (what >= 0) this.#memory.writePrivate(this.id, what, a);
    else if (what === NOTE.barrierEntered) super.noteBarrierEntered(a, b);
    else super.noteBarrierReturned(a, b);
  }

  override get(address: WordAddress): number {
    return this.script ? this.script.read(address) : this.view(address);
  }

  override set(address: WordAddress, value: number): void {
    this.#do(address, value, 0);
  }

  override leavesOut(point: number): boolean {
    this.#memory.pointsPassed[point] = 1;
    return super.leavesOut(point);
  }

  override noteBarrierEntered(task: TaskId, space: MmId): void {
    this.#do(NOTE.barrierEntered, task, space);
  }

  override noteBarrierReturned(task: TaskId, space: MmId): void {
    this.#do(NOTE.barrierReturned, task, space);
  }

  #do(what: number, a: number, b: number): void {
    if (this.script) this.script.did(what, a, b);
    else this.redo(what, a, b);
  }

  override countBy(_counter: CounterName, _amount: number): void {}

  protected override tallySyncCore(_mm: MmId): void {}

  /* Every execution reads the promise word by itself here. */
  protected override announcePromise(): void {}
  protected override acknowledgePromises(): void {}
}
