/** The outcome that a litmus test forbids: values that its variables must not all end up with.
 *
 *  It has happened as soon as the variables have these values and nobody is left who could change one of them. */
import type { TaskId, WordAddress } from '../base/ids.js';
import { OP } from '../hw/instruction.js';
import type { KernelLayout } from '../kernel/layout.js';
import type { MachineSpec } from '../kernel/machineSpec.js';

/** A task that changes a variable of the outcome. */
interface Writer {
  readonly task: TaskId;
  /** Its last instruction that does. */
  readonly last: number;
  /** Rounds after which it does not come back there; 0 where the instruction is behind its rounds. */
  readonly rounds: number;
}

export class ForbiddenOutcome {
  readonly #words: Int32Array;
  readonly #kernel: KernelLayout;
  /* Addresses, and what must not be there. */
  readonly #variables: readonly WordAddress[];
  readonly #values: readonly number[];
  readonly #writers: readonly Writer[];

  constructor(words: Int32Array, kernel: KernelLayout, spec: MachineSpec) {
    this.#words = words;
    this.#kernel = kernel;
    this.#variables = spec.forbidden.map(([variable]) => kernel.variable(variable));
    this.#values = spec.forbidden.map(([, value]) => value);
    this.#writers = writersOf(spec);
  }

  /** @param mayArrive is a store to the word still on its way? */
  hasHappened(mayArrive: (address: number) => boolean): boolean {
    const variables = this.#variables;
    if (variables.length === 0) return false;
    for (let i = 0; i < variables.length; i++)
      if (this.#words[variables[i]!] !== this.#values[i]) return false;
    return !variables.some(mayArrive) && this.#writers.every((writer) => this.#isDone(writer));
  }

  #isDone({ task, last, rounds }: Writer): boolean {
    const { pc, round } = this.#kernel.task;
    return this.#words[pc(task)]! > last && this.#words[round(task)]! >= rounds;
  }
}

function writersOf({ cpus, tasks, instructions, forbidden }: MachineSpec): Writer[] {
  const variables = new Set(forbidden.map(([variable]) => variable));
  const entries = tasks.map(({ entry }) => entry);
  return tasks.flatMap(({ entry }, index): Writer[] => {
    const end = Math.min(instructions.length, ...entries.filter((other) => other > entry));
    let last = -1;
    let rounds = 0;
    for (let at = entry; at < end; at++) {
      const [op, a, b] = instructions[at]!;
      const written = op === OP.load || op === OP.callInto ? b : op === OP.set || op === OP.add ? a : -1;
      if (variables.has(written)) last = at;
      if (op === OP.nextRound && last >= a) rounds = b;
    }
    return last < 0 ? [] : [{ task: cpus + index, last, rounds }];
  });
}
