/** What the hardware may do with code by itself, at any time: fetch a line through the icache, fetch it past the copy that
 *  the icache holds, write a line back to the PoU. Each is offered only where it changes something.
 *
 *  Source: Arm ARM, "Caches and instruction fetch"; Simner et al., "ARMv8-A system semantics: instruction fetch in
 *  relaxed architectures", ESOP 2020. */
import type { HwLayout } from '../hw/layout.js';
import {
  blockOf,
  cpuOf,
  isFetchPast,
  isWriteBack,
  ownFetch,
  ownFetchPast,
  type Transition,
  unitOf,
  writeBack,
} from '../trace/schedule.js';
import type { ContentUserCode } from './contentUserCode.js';
import type { ExploredMemory } from './exploredMemory.js';
import type { IntList } from './intList.js';

/** A block of a unit, with what can become of it. */
interface Choice {
  readonly unit: number;
  readonly block: number;
  readonly siteLine: number;
  /** By cpu. */
  readonly fetch: readonly Transition[];
  readonly fetchPast: readonly Transition[];
  readonly writeBack: Transition;
}

export class OwnChoices {
  readonly #words: Int32Array;
  readonly #hw: HwLayout;
  readonly #memory: ExploredMemory;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #choices: readonly Choice[];
  /* Where lines are not written back, and where icaches hold no copies, there is less to ask. */
  readonly #writesBack: boolean;
  readonly #hasCopies: boolean;

  constructor(
    words: Int32Array,
    hw: HwLayout,
    memory: ExploredMemory,
    userCodes: readonly ContentUserCode[],
  ) {
    this.#words = words;
    this.#hw = hw;
    this.#memory = memory;
    this.#userCodes = userCodes;
    this.#choices = choicesOf(hw.dimensions.units, userCodes);
    this.#writesBack = hw.memory !== hw.pou;
    this.#hasCopies = hw.lineValid !== undefined;
  }

  /** Appends those that are possible now. */
  addTo(possible: IntList): void {
    const cpus = this.#userCodes.length;
    const choices = this.#choices;
    for (let cpu = 0; cpu < cpus; cpu++) {
      // Without an address space there is nothing to fetch from.
      if (this.#words[this.#hw.cpu.addressSpace(cpu)] === 0) continue;
      const { fetched } = this.#userCodes[cpu]!;
      for (let i = 0; i < choices.length; i++) {
        const { unit, block, fetch, fetchPast } = choices[i]!;
        if (fetched.wouldChange(unit, block)) possible.push(fetch[cpu]!);
        if (this.#hasCopies && fetched.wouldChangePast(unit, block)) possible.push(fetchPast[cpu]!);
      }
    }
    if (!this.#writesBack) return;
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i]!;
      if (this.#memory.isDirty(choice.siteLine)) possible.push(choice.writeBack);
    }
  }

  take(transition: Transition): void {
    const cpu = cpuOf(transition);
    const unit = unitOf(transition);
    const block = blockOf(transition);
    const { fetched } = this.#userCodes[cpu]!;
    if (isWriteBack(transition)) {
      this.#memory.writeBack(fetched.siteLine(unit, block));
      return;
    }
    this.#memory.changeFetchPath(cpu, () => {
      fetched.fetch(unit, block, isFetchPast(transition) ? 'pou' : 'icache');
      return 0;
    });
  }
}

function choicesOf(units: number, userCodes: readonly ContentUserCode[]): Choice[] {
  const choices: Choice[] = [];
  const fetched = userCodes[0]?.fetched;
  for (let unit = 0; fetched && unit < units; unit++) {
    for (let block = 0; block < fetched.blockCount(unit); block++) {
      choices.push({
        unit,
        block,
        siteLine: fetched.siteLine(unit, block),
        fetch: userCodes.map((_, cpu) => ownFetch(cpu, unit, block)),
        fetchPast: userCodes.map((_, cpu) => ownFetchPast(cpu, unit, block)),
        writeBack: writeBack(unit, block),
      });
    }
  }
  return choices;
}
