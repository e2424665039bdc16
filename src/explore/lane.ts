/** One cpu of an explored machine: where its routines stand.
 *
 *  It stands in a turn of the cpu, and perhaps in an interrupt on top of it: two places, kept as words of the state,
 *  so that they are taken back with everything else. */
import { ACCESS, type Access, kindOf } from '../hw/access.js';
import { cpuTurn } from '../kernel/cpuLoop.js';
import { interruptFromKernel } from '../kernel/interrupt.js';
import type { ExploredCpu } from './exploredCpu.js';
import { lastCaller } from './kernelFunctions.js';
import { mixHigh, mixLow } from './mix.js';
import { type Place, RoutineTree, START } from './routineTree.js';
import type { StateWords } from './stateWords.js';

/** Where a routine begins: what is hashed before it has read anything. */
const TURN_SEED = 1;
const INTERRUPT_SEED = 2;

/** Words of the state that a lane takes. */
export const LANE_WORDS = 2;

export class Lane {
  readonly c: ExploredCpu;
  readonly #state: StateWords;
  readonly #turns: RoutineTree;
  readonly #interrupts: RoutineTree;
  /* Addresses of the two places; START for no interrupt. */
  readonly #turnAt: number;
  readonly #interruptAt: number;

  /** @param wordsAt the first of `LANE_WORDS` words of the state. */
  constructor(c: ExploredCpu, state: StateWords, wordsAt: number) {
    this.c = c;
    this.#state = state;
    this.#turnAt = wordsAt;
    this.#interruptAt = wordsAt + 1;
    this.#turns = new RoutineTree(c, cpuTurn, TURN_SEED);
    this.#interrupts = new RoutineTree(c, interruptFromKernel, INTERRUPT_SEED);
  }

  /** Begins the first turn. */
  begin(): void {
    this.#goOnInTurn(START, 0);
  }

  /** The access that comes next. */
  get access(): Access {
    const interrupt = this.#interrupt();
    return interrupt === START ? this.#turns.access(this.#turn()) : this.#interrupts.access(interrupt);
  }

  get operand(): number {
    const interrupt = this.#interrupt();
    return interrupt === START ? this.#turns.operand(this.#turn()) : this.#interrupts.operand(interrupt);
  }

  /** Puts the operands of the next access where the processor looks for them. */
  restoreOperands(): void {
    const interrupt = this.#interrupt();
    const tree = interrupt === START ? this.#turns : this.#interrupts;
    const place = interrupt === START ? this.#turn() : interrupt;
    this.c.restoreOperand(tree.operand(place));
    if (kindOf(tree.access(place)) !== ACCESS.storeCode) return;
    const [mask, bits] = tree.codeOperands(place);
    this.c.restoreCodeOperands(mask, bits);
  }

  /** Takes an interrupt now; the access that was next has to wait. */
  enterInterrupt(): void {
    this.#standInInterrupt(this.#interrupts.goOn(START, 0));
  }

  /** Hands the routine on top the result of its access, and goes on to the next one. */
  goOn(result: number): void {
    const interrupt = this.#interrupt();
    if (interrupt === START) {
      this.#goOnInTurn(this.#turn(), result);
      return;
    }
    const place = this.#interrupts.goOn(interrupt, result);
    if (!this.#interrupts.isEnd(place)) {
      this.#standInInterrupt(place);
      return;
    }
    this.#standInInterrupt(START);
    // A wait that was interrupted comes back to its routine, which looks again.
    const waiting = this.#turns.access(this.#turn());
    if (kindOf(waiting) === ACCESS.waitAtLeast) this.#goOnInTurn(this.#turn(), 0);
  }

  /** The function of the kernel that makes the access that comes next; undefined where user code does. */
  get caller(): string | undefined {
    const interrupt = this.#interrupt();
    return lastCaller(this.c, (watched) => {
      if (interrupt === START) this.#turns.runAgain(this.#turn(), watched);
      else this.#interrupts.runAgain(interrupt, watched);
    });
  }

  /** Does a routine, run again to where it stands, do something else than it did? */
  differs(): boolean {
    if (this.#turns.differs(this.#turn())) return true;
    return this.#interrupt() !== START && this.#interrupts.differs(this.#interrupt());
  }

  /* Methods, because V8 calls its runtime for every use of a private getter. */

  #turn(): Place {
    return this.#state.read(this.#turnAt);
  }

  #interrupt(): Place {
    return this.#state.read(this.#interruptAt);
  }

  #goOnInTurn(from: Place, result: number): void {
    let place = this.#turns.goOn(from, result);
    while (this.#turns.isEnd(place)) place = this.#turns.goOn(START, 0);
    this.#stand(this.#turns, this.#turnAt, place);
  }

  #standInInterrupt(place: Place): void {
    this.#stand(this.#interrupts, this.#interruptAt, place);
  }

  /* Numbers of places depend on the order in which they were found; their hashes do not. */
  #stand(tree: RoutineTree, at: number, place: Place): void {
    const old = this.#state.words[at]!;
    this.#state.writeName(
      at,
      place,
      mixLow(at, tree.low(old)) ^ mixLow(at, tree.low(place)),
      mixHigh(at, tree.high(old)) ^ mixHigh(at, tree.high(place)),
    );
  }
}
