/** One cpu of an explored machine: its routines, where they stand, and how to get them to stand somewhere else.
 *
 *  A standing is a value: the access that comes next, and the stretch of tape from which the routine can be built
 *  again. The search keeps old standings; a routine is built again only when its cpu goes on from one. */
import { ACCESS, type Access, kindOf, type Routine } from '../hw/access.js';
import { cpuTurn } from '../kernel/cpuLoop.js';
import { interruptFromKernel } from '../kernel/interrupt.js';
import type { ExploredCpu, Tape } from './exploredCpu.js';
import { mixHigh, mixLow } from './mix.js';

export interface Standing {
  /** The access that comes next, and its operands. */
  readonly access: Access;
  readonly operand: number;
  readonly mask: bigint;
  readonly bits: bigint;
  /** An interrupt handler runs, on top of a routine that is about to perform this. */
  readonly interrupted: Standing | undefined;
  /** What the routine on top has read so far. */
  readonly tapeStart: number;
  readonly tapeEnd: number;
  /** Length of the tape of interrupts: what lies beyond belongs to another future. */
  readonly interruptsEnd: number;
  /** Hash of that. */
  readonly low: number;
  readonly high: number;
}

/** What a standing takes over from the one before it. */
type Begun = Pick<Standing, 'interrupted' | 'tapeStart' | 'tapeEnd' | 'low' | 'high'>;

/** Where a routine begins: what is hashed before it has read anything. */
const TURN_SEED = 1;
const INTERRUPT_SEED = 2;

export class Lane {
  readonly c: ExploredCpu;
  readonly #turnTape: Tape;
  readonly #interruptTape: Tape;
  standing!: Standing;
  /* Routines as they really stand, and the standing they are at. */
  #routines: Routine[] = [];
  #routinesAt: Standing | undefined;

  constructor(c: ExploredCpu, turnTape: Tape, interruptTape: Tape) {
    this.c = c;
    this.#turnTape = turnTape;
    this.#interruptTape = interruptTape;
    this.#beginTurn();
  }

  get low(): number {
    const { low, interrupted } = this.standing;
    return interrupted ? mixLow(low, interrupted.low) : low;
  }

  get high(): number {
    const { high, interrupted } = this.standing;
    return interrupted ? mixHigh(high, interrupted.high) : high;
  }

  /** Takes an interrupt now; the access that was next has to wait. */
  enterInterrupt(): void {
    this.#rebuild();
    const interrupted = this.standing;
    const tapeStart = this.#interruptTape.length;
    this.c.tape = this.#interruptTape;
    const routine = interruptFromKernel(this.c);
    this.#routines.push(routine);
    const begun = { interrupted, tapeStart, tapeEnd: tapeStart, low: INTERRUPT_SEED, high: INTERRUPT_SEED };
    this.#take(routine.next(0), begun);
  }

  /** Performs the next access with `perform` and goes on to the one after it. */
  goOn(perform: (access: Access) => number): void {
    this.#rebuild();
    const { access, operand, mask, bits } = this.standing;
    this.c.restoreOperands(operand, mask, bits);
    this.#advance(perform(access));
  }

  #beginTurn(): void {
    const tapeStart = this.#turnTape.length;
    this.c.tape = this.#turnTape;
    const routine = cpuTurn(this.c);
    this.#routines = [routine];
    const begun = { interrupted: undefined, tapeStart, tapeEnd: tapeStart, low: TURN_SEED, high: TURN_SEED };
    this.#take(routine.next(0), begun);
  }

  /** Hands a result to the routine on top. */
  #advance(result: number): void {
    const { standing } = this;
    const tape = standing.interrupted ? this.#interruptTape : this.#turnTape;
    this.c.tape = tape;
    tape.push(result);
    this.#take(this.#routines[this.#routines.length - 1]!.next(result), standing);
  }

  /** Takes the next access from the routine on top; or, if it is done, from what comes after it. */
  #take(step: IteratorResult<Access, void>, before: Begun): void {
    const { interrupted } = before;
    if (!step.done) {
      this.standing = this.#standingAt(step.value, before);
      this.#routinesAt = this.standing;
      return;
    }
    this.#routines.pop();
    if (!interrupted) {
      this.#beginTurn();
      return;
    }
    // What the handler has read stays on its tape: an earlier moment inside it may be come back to.
    this.standing = { ...interrupted, interruptsEnd: this.#interruptTape.length };
    this.#routinesAt = this.standing;
    this.c.tape = this.#turnTape;
    // A wait that was interrupted comes back to its routine, which looks again.
    if (kindOf(interrupted.access) === ACCESS.waitAtLeast) this.#advance(0);
  }

  #standingAt(access: Access, before: Begun): Standing {
    const { c } = this;
    const { values, length } = c.tape;
    let { low, high } = before;
    for (let i = before.tapeEnd; i < length; i++) {
      low = mixLow(low, values[i]!);
      high = mixHigh(high, values[i]!);
    }
    const [mask, bits] = c.codeOperands;
    const { interrupted, tapeStart } = before;
    const interruptsEnd = this.#interruptTape.length;
    return {
      access,
      operand: c.operand,
      mask,
      bits,
      interrupted,
      tapeStart,
      tapeEnd: length,
      interruptsEnd,
      low,
      high,
    };
  }

  /** Makes the routines stand where the standing says. */
  #rebuild(): void {
    const { standing } = this;
    if (this.#routinesAt === standing) return;
    const turn = standing.interrupted ?? standing;
    this.#routines = [this.#replay(cpuTurn(this.c), this.#turnTape, turn)];
    if (standing.interrupted) {
      this.#routines.push(this.#replay(interruptFromKernel(this.c), this.#interruptTape, standing));
    }
    this.#turnTape.length = turn.tapeEnd;
    this.#interruptTape.length = standing.interruptsEnd;
    this.#routinesAt = standing;
  }

  #replay(routine: Routine, tape: Tape, { tapeStart, tapeEnd }: Standing): Routine {
    const { c } = this;
    c.tape = tape;
    c.replayAt = tapeStart;
    routine.next(0);
    while (c.replayAt < tapeEnd) routine.next(tape.values[c.replayAt++]!);
    c.replayAt = -1;
    return routine;
  }
}
