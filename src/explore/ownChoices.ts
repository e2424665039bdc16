/** What the hardware may do with code by itself, at any time: fetch a line through the icache, fetch it past the copy that
 *  the icache holds, write a line back to the PoU. Each is offered only where it changes something.
 *
 *  Source: Arm ARM, "Caches and instruction fetch"; Simner et al., "ARMv8-A system semantics: instruction fetch in
 *  relaxed architectures", ESOP 2020. */
import type { CpuId } from '../base/ids.js';
import type { CodeMemory } from '../hw/codeMemory.js';
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
import type { IntList } from './intList.js';
import type { StationStates } from './stationStates.js';

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
  readonly #code: CodeMemory;
  readonly #stations: StationStates;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #choices: readonly Choice[];
  /* By cpu: the word with its address space. */
  readonly #addressSpaces: Int32Array;
  /* Are there lines that stores do not get out of by themselves? */
  readonly #writesBack: boolean;
  readonly #findFetches = (cpu: CpuId): Int32Array => this.#fetches(cpu);
  readonly #findWriteBacks = (): Int32Array => this.#dirty();

  constructor(
    words: Int32Array,
    hw: HwLayout,
    code: CodeMemory,
    stations: StationStates,
    userCodes: readonly ContentUserCode[],
  ) {
    this.#words = words;
    this.#hw = hw;
    this.#code = code;
    this.#stations = stations;
    this.#userCodes = userCodes;
    this.#choices = choicesOf(hw.dimensions.units, userCodes);
    this.#addressSpaces = Int32Array.from(userCodes, (_, cpu) => hw.cpu.addressSpace(cpu));
    this.#writesBack = hw.memory !== hw.pou;
  }

  /** Appends the fetches that are possible now.
   *  @param cpus for whom, as bits. */
  addFetches(cpus: number, possible: IntList): void {
    const words = this.#words;
    const addressSpaces = this.#addressSpaces;
    for (let cpu = 0; cpu < addressSpaces.length; cpu++) {
      // Without an address space there is nothing to fetch from.
      if ((cpus & (1 << cpu)) === 0 || words[addressSpaces[cpu]!] === 0) continue;
      const found = this.#stations.fetches(cpu, this.#findFetches);
      for (let i = 0; i < found.length; i++) {
        const { fetch, fetchPast } = this.#choices[found[i]! >> 1]!;
        possible.push(((found[i]! & PAST) === 0 ? fetch : fetchPast)[cpu]!);
      }
    }
  }

  /** Appends the write-backs that are possible now. */
  addWriteBacks(possible: IntList): void {
    if (!this.#writesBack) return;
    const found = this.#stations.writeBacks(this.#findWriteBacks);
    for (let i = 0; i < found.length; i++) possible.push(this.#choices[found[i]!]!.writeBack);
  }

  take(transition: Transition): void {
    const cpu = cpuOf(transition);
    const unit = unitOf(transition);
    const block = blockOf(transition);
    const userCode = this.#userCodes[cpu]!;
    if (isWriteBack(transition)) this.#code.clean(userCode.fetched.siteLine(unit, block));
    else userCode.fetch(unit, block, isFetchPast(transition) ? 'fetchPast' : 'fetch');
  }

  /* By choice: twice its index, and 1 more for past the icache. */
  #fetches(cpu: CpuId): Int32Array {
    const { fetched } = this.#userCodes[cpu]!;
    return Int32Array.from(
      this.#choices.flatMap(({ unit, block }, index) => [
        ...(fetched.wouldChange(unit, block) ? [2 * index] : []),
        ...(fetched.wouldChangePast(unit, block) ? [2 * index + PAST] : []),
      ]),
    );
  }

  #dirty(): Int32Array {
    const { memory, pou } = this.#hw;
    return Int32Array.from(
      this.#choices.flatMap(({ siteLine }, index) =>
        this.#code.differs(memory, pou, siteLine) ? [index] : [],
      ),
    );
  }
}

const PAST = 1;

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
