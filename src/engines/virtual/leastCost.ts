/** The least that a task's program costs until it does something that other cpus could see, in cycles.
 *
 *  An instruction is local where whatever it and the kernel do for it concerns nobody but the cpu that the task is on (but
 *  see lookahead.ts): a jump, a system call that touches nothing else, an event whose users are all on one cpu. Going to
 *  sleep and switching to another task of the cpu are part of that. All others are shared; so is whatever is not known here.
 *  What an instruction costs at least are the accesses that every way through it makes.
 *
 *  Limit: one loop after the other; what follows a second `nextRound` counts as shared. */
import type { CycleCosts } from '../../hw/costProfile.js';
import { type Instruction, OP } from '../../hw/instruction.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import { SYSCALL } from '../../kernel/syscall.js';

const NEVER = Number.POSITIVE_INFINITY;
const NOWHERE = -1;

const LOCAL_CALLS: ReadonlySet<number> = new Set([SYSCALL.getpid, SYSCALL.schedYield]);
const EVENT_CALLS: ReadonlySet<number> = new Set([SYSCALL.waitEvent, SYSCALL.wakeUp]);

/** @returns the event that an instruction waits for or signals. */
function eventOf([op, call, event]: Instruction): number | undefined {
  return op === OP.syscall && EVENT_CALLS.has(call) ? event : undefined;
}

/** Where a local instruction may go on; undefined where it is none, events aside. */
function successors([op, a, b]: Instruction, at: number): readonly number[] | undefined {
  switch (op) {
    case OP.goTo:
      return [a];
    case OP.onError:
      return [at + 1, b];
    case OP.syscall:
      return LOCAL_CALLS.has(a) || EVENT_CALLS.has(a) ? [at + 1] : undefined;
    default:
      return undefined;
  }
}

export class LeastCost {
  readonly #program: readonly Instruction[];
  /* By instruction: what every way through it costs. */
  readonly #own: Float64Array;
  /* From where an instruction begins to where a shared one does, without a new round. */
  readonly #toShared: Float64Array;
  /* From there to the next `nextRound`, and which one that is. */
  readonly #toRound: Float64Array;
  readonly #roundAt: Int32Array;

  constructor({ instructions, tasks }: MachineSpec, costs: CycleCosts) {
    this.#program = instructions;
    const kthreads = new Set(
      tasks.filter((task) => task.mm === 0).flatMap((task) => reachable(instructions, task.entry)),
    );
    this.#own = Float64Array.from(instructions, (instruction, at) =>
      kthreads.has(at) ? costInKernel(instruction, costs) : costFromUserMode(instruction, costs),
    );
    this.#toShared = new Float64Array(instructions.length);
    this.#toRound = new Float64Array(instructions.length);
    this.#roundAt = new Int32Array(instructions.length);
  }

  /** The events that a task may wait for or signal. */
  eventsFrom(entry: number): number[] {
    const events = reachable(this.#program, entry).flatMap((at) => eventOf(this.#program[at]!) ?? []);
    return [...new Set(events)];
  }

  /** To be called before the first question, and when an event becomes local or shared. */
  update(isLocal: (event: number) => boolean): void {
    const [toShared, toRound, roundAt] = [this.#toShared, this.#toRound, this.#roundAt];
    // Branches go forward, so whatever an instruction goes on to is there already.
    for (let at = this.#program.length - 1; at >= 0; at--) {
      const instruction = this.#program[at]!;
      toShared[at] = 0;
      toRound[at] = NEVER;
      roundAt[at] = NOWHERE;
      if (instruction[0] === OP.nextRound) {
        toShared[at] = NEVER;
        toRound[at] = 0;
        roundAt[at] = at;
        continue;
      }
      const event = eventOf(instruction);
      const next = successors(instruction, at);
      if (!next || (event !== undefined && !isLocal(event))) continue;
      if (!next.every((to) => to > at && to < this.#program.length)) continue;
      const rounds = new Set(next.map((to) => roundAt[to]!).filter((round) => round !== NOWHERE));
      if (rounds.size > 1) continue;
      toShared[at] = this.#own[at]! + Math.min(...next.map((to) => toShared[to]!));
      toRound[at] = this.#own[at]! + Math.min(...next.map((to) => toRound[to]!));
      roundAt[at] = [...rounds][0] ?? NOWHERE;
    }
  }

  /** @param pc where the task stands; it may be in the middle of that instruction, or done with it.
   *  @param round the one that it is in, from 1 on. */
  untilShared(pc: number, round: number): number {
    const own = this.#toShared[pc] === 0 ? 0 : this.#own[pc]!;
    const shared = this.#toShared[pc]! - own;
    const roundAt = this.#roundAt[pc]!;
    if (roundAt === NOWHERE) return shared;
    return Math.min(shared, Math.max(0, this.#toRound[pc]! - own) + this.#fromRound(roundAt, round));
  }

  /** From a `nextRound` on. */
  #fromRound(roundAt: number, round: number): number {
    const [, first, rounds] = this.#program[roundAt]!;
    const left = rounds - round;
    const after = this.#untilSharedOrRound(roundAt + 1);
    if (left <= 0) return after;
    if (this.#roundAt[first] !== roundAt) return this.#untilSharedOrRound(first);
    return Math.min(this.#toShared[first]!, left * this.#toRound[first]! + after);
  }

  #untilSharedOrRound(at: number): number {
    return at < this.#program.length ? Math.min(this.#toShared[at]!, this.#toRound[at]!) : 0;
  }
}

function costFromUserMode(instruction: Instruction, costs: CycleCosts): number {
  // The poll for interrupts.
  if (instruction[0] !== OP.syscall) return costs.load;
  const ways = costs.syscallEntry + Math.min(costs.syscallReturn, costs.interruptReturn);
  return costs.load + ways + costInKernel(instruction, costs);
}

function costInKernel(instruction: Instruction, costs: CycleCosts): number {
  // Its lock.
  return eventOf(instruction) === undefined ? 0 : costs.atomic;
}

function reachable(program: readonly Instruction[], entry: number): number[] {
  const found = new Set<number>();
  const open = [entry];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const instruction = program[at];
    if (!instruction || found.has(at)) continue;
    found.add(at);
    const [op, a, b, , d] = instruction;
    if (op === OP.nextRound || op === OP.goTo) open.push(a);
    if (op === OP.onError) open.push(b);
    if (op === OP.skipIfAtLeast) open.push(d);
    if (op === OP.syscall && a === SYSCALL.exit) continue;
    if (op !== OP.goTo) open.push(at + 1);
  }
  return [...found];
}
