/** What the hardware may do with code by itself, at any time: fetch a line through the icache, fetch it past the copy that
 *  the icache holds, write a line back to the PoU. Each is offered only where it changes something.
 *
 *  Source: Arm ARM, "Caches and instruction fetch"; Simner et al., "ARMv8-A system semantics: instruction fetch in
 *  relaxed architectures", ESOP 2020. */
import type { FetchFrom } from '../hw/fetchedLines.js';
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

const FETCH_TRANSITION = { icache: ownFetch, pou: ownFetchPast } as const;
const FROM = ['icache', 'pou'] as const satisfies readonly FetchFrom[];

export class OwnChoices {
  readonly #words: Int32Array;
  readonly #hw: HwLayout;
  readonly #memory: ExploredMemory;
  readonly #userCodes: readonly ContentUserCode[];
  readonly #units: number;
  /* Where a fetch may come from. */
  readonly #from: readonly FetchFrom[];
  readonly #writesBack: boolean;

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
    this.#units = hw.dimensions.units;
    this.#from = hw.lineValid ? FROM : ['icache'];
    this.#writesBack = hw.memory !== hw.pou;
  }

  /** Appends those that are possible now. */
  addTo(possible: IntList): void {
    const cpus = this.#userCodes.length;
    for (let cpu = 0; cpu < cpus; cpu++) {
      // Without an address space there is nothing to fetch from.
      if (this.#words[this.#hw.cpu.addressSpace(cpu)] !== 0) this.#addFetches(cpu, possible);
    }
    if (this.#writesBack) this.#addWriteBacks(possible);
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

  #addFetches(cpu: number, possible: IntList): void {
    const { fetched } = this.#userCodes[cpu]!;
    for (let unit = 0; unit < this.#units; unit++) {
      for (let block = 0; block < fetched.blockCount(unit); block++) {
        for (const from of this.#from) {
          if (fetched.wouldChange(unit, block, from)) possible.push(FETCH_TRANSITION[from](cpu, unit, block));
        }
      }
    }
  }

  #addWriteBacks(possible: IntList): void {
    const [{ fetched }] = this.#userCodes as readonly [ContentUserCode];
    for (let unit = 0; unit < this.#units; unit++) {
      for (let block = 0; block < fetched.blockCount(unit); block++) {
        if (this.#memory.isDirty(fetched.siteLine(unit, block))) possible.push(writeBack(unit, block));
      }
    }
  }
}
