/** Where each cpu of a virtual machine stands between two steps: ready to go on at its time, or waiting until something
 *  that another does, or an interrupt, wakes it. */
import type { CpuId, WordAddress } from '../../base/ids.js';
import { ACCESS, type Access, argumentOf, kindOf, type Routine } from '../../hw/access.js';
import { CAUSE } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import { ReadyQueue } from './readyQueue.js';
import type { VirtualCpu } from './virtualCpu.js';

/** Between two turns, in the middle of a routine at an access, or waiting there. */
export const STANDS = { between: 0, inside: 1, waiting: 2 } as const;

/** A cpu between two accesses. */
export interface Lane {
  readonly c: VirtualCpu;
  readonly routines: Routine[];
  access: Access;
  /* Of the routine below an interrupt: the access that was about to happen, and what goes with it. */
  suspendedAccess: Access;
  suspendedOperand: number;
  suspendedPhase: number;
}

export class Lanes {
  /** By cpu: so that a turn that ends needs nothing of its lane. */
  readonly stands: Uint8Array;
  readonly ready: ReadyQueue;
  /* For `stepIsNext`, which one of those that make steps has written out. */
  readonly words: Int32Array;
  /** The word with the number of tasks that have not exited. */
  readonly liveTasks: WordAddress;
  /** Code that cannot be executed was: the run is over. */
  hasFaulted = false;
  readonly #lanes: readonly Lane[];
  readonly #hardware: VirtualHardware;

  /** @param ranks of the cpus, for those that go on at the same time. */
  constructor(
    cpus: readonly VirtualCpu[],
    hardware: VirtualHardware,
    ranks: Int32Array,
    words: Int32Array,
    liveTasks: WordAddress,
  ) {
    this.#lanes = cpus.map(
      (c): Lane => ({
        c,
        routines: [],
        access: 0,
        suspendedAccess: 0,
        suspendedOperand: 0,
        suspendedPhase: 0,
      }),
    );
    this.stands = new Uint8Array(cpus.length);
    this.ready = new ReadyQueue(hardware.times, ranks);
    this.#hardware = hardware;
    this.words = words;
    this.liveTasks = liveTasks;
  }

  of(cpu: CpuId): Lane {
    return this.#lanes[cpu]!;
  }

  get tasksAreDone(): boolean {
    return this.words[this.liveTasks] === 0;
  }

  /** When the next step is; Infinity where every cpu waits. */
  get nextTime(): number {
    return this.ready.size > 0 ? this.#hardware.times[this.ready.first]! : Number.POSITIVE_INFINITY;
  }

  /** Is a step the next thing that happens? */
  get stepIsNext(): boolean {
    return this.nextTime < this.#hardware.interrupts.nextAt && !this.tasksAreDone && !this.hasFaulted;
  }

  /** The cpu that was first has made a step. */
  stepped(cpu: CpuId): void {
    if (this.stands[cpu] === STANDS.waiting) this.ready.pop();
    else this.ready.postponeFirst();
    if (this.#hardware.wokenCount > 0) this.resumeWoken();
  }

  /** A cpu waits for what its access needs. */
  wait(lane: Lane): void {
    this.stands[lane.c.id] = STANDS.waiting;
    if (kindOf(lane.access) !== ACCESS.halt) {
      this.#hardware.watchers.add(argumentOf(lane.access), lane.c.id);
    }
  }

  /** Charges all who wait for the time up to now. */
  chargeWaits(until: number): void {
    for (const lane of this.#lanes) {
      if (this.stands[lane.c.id] === STANDS.waiting) this.#chargeWait(lane, until);
    }
  }

  /** An interrupt is pending from now on: whoever halts or waits there looks up. */
  interrupted(cpu: CpuId, at: number): void {
    const lane = this.#lanes[cpu]!;
    if (this.stands[cpu] !== STANDS.waiting) return;
    const kind = kindOf(lane.access);
    // With interrupts off it cannot take it, and goes on waiting.
    if (kind === ACCESS.lock && !lane.c.interruptsEnabled) return;
    if (kind !== ACCESS.halt) this.#hardware.watchers.remove(argumentOf(lane.access), cpu);
    this.#hardware.wake(cpu, at);
    this.resumeWoken();
  }

  #chargeWait(lane: Lane, until: number): void {
    const { c } = lane;
    const waited = until - this.#hardware.times[c.id]!;
    if (waited <= 0) return;
    switch (kindOf(lane.access)) {
      case ACCESS.halt:
        return this.#hardware.charge(c.id, CAUSE.idle, waited);
      case ACCESS.lock:
        return this.#hardware.charge(c.id, CAUSE.lockWait, waited);
      default: {
        const isSyscall = c.phase === CAUSE.syscallWork;
        return this.#hardware.charge(c.id, isSyscall ? CAUSE.remoteWait : CAUSE.polling, waited);
      }
    }
  }

  /** Whoever was woken in a step goes on when it is told to. */
  resumeWoken(): void {
    const hardware = this.#hardware;
    for (let i = 0; i < hardware.wokenCount; i++) {
      const cpu = hardware.woken[i]!;
      this.#chargeWait(this.#lanes[cpu]!, hardware.resumesAt[cpu]!);
      this.stands[cpu] = STANDS.inside;
      this.ready.push(cpu);
    }
    hardware.wokenCount = 0;
  }
}
