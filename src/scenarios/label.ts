/** A place further down in a program that branches lead to before it is known where it is. */
import type { Instruction } from '../hw/instruction.js';

export class Label {
  readonly #instructions: Instruction[];
  readonly #branches: (() => void)[] = [];

  constructor(instructions: Instruction[]) {
    this.#instructions = instructions;
  }

  /** Adds an instruction that leads here. */
  from(branch: (target: number) => Instruction): void {
    const at = this.#instructions.length;
    this.#instructions.push(branch(0));
    this.#branches.push(() => {
      this.#instructions[at] = branch(this.#instructions.length);
    });
  }

  /** Here it is: in front of the next instruction. */
  place(): void {
    for (const resolve of this.#branches) resolve();
  }
}
