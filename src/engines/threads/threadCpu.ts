/** A cpu on a host thread: performs each access at once, on memory that other threads use at the same time, and decides how
 *  to wait. Before each access it looks at its doorbell, and takes an interrupt where they are enabled.
 *
 *  Memory is what JavaScript atomics give, which is sequentially consistent: real threads show staleness, not weak
 *  ordering. */
import { ACCESS, type Access, argumentOf, isBlocking, kindOf } from '../../hw/access.js';
import { IRQ_MASK, IRQ_RESCHEDULE, NOTICE_STOP } from '../../hw/doorbell.js';
import { Cpu, type CpuParts } from '../../kernel/cpu.js';
import { TASK_MODE, TIF_NEED_RESCHED } from '../../kernel/task.js';
import { STOP, stopMachine } from '../stop.js';
import type { ThreadKernel } from './threadKernel.js';

/** Whether a cpu has a host core to itself. Where it has not, it never spins, and gives the core up between quanta. */
export type HostCore = 'own' | 'shared';

/** Calls of a unit in one go; some 100 µs where host cores are shared. */
export const QUANTUM = { own: 0x3fffffff, shared: 20_000 } as const satisfies Record<HostCore, number>;
/** Spins of a waiting cpu before it parks its host thread: about 50 µs. */
const SPINS_BEFORE_PARKING = { own: 4000, shared: 0 } as const satisfies Record<HostCore, number>;
/** Longest nap of a waiting cpu, in milliseconds; whatever it waits for is looked at again after it. */
const NAP_MS = 0.1;

/** The run is over for this cpu; unwinds whatever routine is in flight. */
export class Stopped extends Error {}

/** The rest comes with the kernel. */
export type ThreadCpuParts = Omit<CpuParts, 'policy' | 'userMode'>;

export class ThreadCpu extends Cpu {
  readonly #routines: ThreadKernel;
  readonly #hostCore: HostCore;
  readonly #doorbell: number;
  readonly #progress: number;

  constructor(parts: ThreadCpuParts, kernel: ThreadKernel, hostCore: HostCore) {
    super({ ...parts, policy: kernel.policy, userMode: kernel.userMode });
    this.#routines = kernel;
    this.#hostCore = hostCore;
    this.#doorbell = parts.hw.cpu.doorbell(parts.id);
    this.#progress = parts.hw.cpu.progress(parts.id);
  }

  /** One turn (cpuLoop.ts).
   *  @throws {Stopped} where the run is over. */
  turn(): void {
    this.#routines.turn(this);
    this.words[this.#progress]!++;
  }

  /** @returns the result of the access; of a wait 0 where an interrupt came first (see AccessBuilder.waitAtLeast): what it
   *  waits for may have to wait, so its routine looks again. */
  do(access: Access): number {
    const rings = Atomics.load(this.words, this.#doorbell) !== 0;
    if (rings && this.#attend(access) === 'interrupted' && kindOf(access) === ACCESS.waitAtLeast) return 0;
    return isBlocking(access) ? this.#block(access) : this.#perform(access);
  }

  /** The doorbell rings in the middle of a function of the user's own, which cannot be left but for good. */
  attendInFrame(): void {
    const bell = Atomics.load(this.words, this.#doorbell);
    if (bell & NOTICE_STOP) throw new Stopped();
    if (bell & IRQ_MASK) this.#routines.interruptInFrame(this);
  }

  /** A task that should have been replaced in the middle of a function is interrupted again, after it. */
  returnedFromFrame(): void {
    if (Atomics.load(this.words, this.kernel.task.flags(this.current)) & TIF_NEED_RESCHED) {
      Atomics.or(this.words, this.#doorbell, IRQ_RESCHEDULE);
    }
  }

  #perform(access: Access): number {
    const result = this.perform(access);
    switch (kindOf(access)) {
      case ACCESS.ring:
        Atomics.notify(this.words, this.hw.cpu.doorbell(argumentOf(access)));
        break;
      case ACCESS.execute:
      case ACCESS.executeOnce:
        this.words[this.#progress]!++;
        if (this.#hostCore === 'shared' && result >= QUANTUM.shared) this.#nap();
        break;
    }
    return result;
  }

  /** The doorbell is not quiet: stop, or take an interrupt if this is a moment for one. A halt ends with the
   *  interrupt pending, which is then taken before the next access: taken here, the halt would not know. */
  #attend(next: Access): 'interrupted' | 'quiet' {
    const bell = Atomics.load(this.words, this.#doorbell);
    if (bell & NOTICE_STOP) throw new Stopped();
    if ((bell & IRQ_MASK) === 0 || !this.interruptsEnabled || kindOf(next) === ACCESS.halt) return 'quiet';
    const { operand } = this;
    this.#routines.interruptFromKernel(this);
    this.restoreOperand(operand);
    return 'interrupted';
  }

  /** Waits, serving interrupts where they are enabled.
   *  @returns 1; 0 where an interrupt came first. */
  #block(access: Access): number {
    let spins = 0;
    while (!this.attempt(access)) {
      if (this.#attend(access) === 'interrupted' && kindOf(access) === ACCESS.waitAtLeast) return 0;
      if (this.#isInUserMode() && Atomics.load(this.words, this.#doorbell) & IRQ_MASK) return 0;
      if (this.attempt(access)) break;
      this.#finishIfDone(access);
      if (++spins < SPINS_BEFORE_PARKING[this.#hostCore]) continue;
      this.#nap();
    }
    return 1;
  }

  #isInUserMode(): boolean {
    return this.get(this.kernel.task.mode(this.current)) === TASK_MODE.user;
  }

  /** An idle cpu that finds no task alive ends the run. */
  #finishIfDone(access: Access): void {
    if (kindOf(access) !== ACCESS.halt) return;
    if (Atomics.load(this.words, this.kernel.run.liveTasks(0)) === 0) {
      stopMachine(this.words, this.kernel, STOP.finished);
    }
  }

  /** Gives the host core up until the doorbell rings, or for a moment. */
  #nap(): void {
    Atomics.wait(this.words, this.#doorbell, Atomics.load(this.words, this.#doorbell), NAP_MS);
  }
}
