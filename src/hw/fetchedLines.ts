/** What a cpu has fetched and keeps until a core serialization: copies of the lines of its units.
 *
 *  Instruction fetch brings in lines, each when it likes. Only the bytes of a patch site ever change, so the lines of
 *  a unit fall into blocks that are worth telling apart: one, or two where the site lies across a line. A unit can be
 *  executed when all its blocks are there, and nothing says that they were fetched at the same moment.
 *
 *  Fetching follows direct branches: what a cpu fetches from the target of a branch, it fetches after the branch. So a
 *  branch that is fetched anew drops what had been fetched from its target. An indirect jump is predicted instead, and its
 *  target may have been fetched long before the jump.
 *
 *  Source: Intel SDM vol. 3A, "Handling Self- and Cross-Modifying Code"; Linux arch/x86/kernel/alternative.c, the
 *  comment at smp_text_poke_batch_finish(): that is why text patching synchronizes between its stores. Simner et al.,
 *  "ARMv8-A system semantics: instruction fetch in relaxed architectures", ESOP 2020, for direct branches.
 *  Limit: a block is copied at one moment, doubleword by doubleword. Real fetch may be by 16 or 32 bytes. What is brought
 *  into the icache is always fetched further as well. */
import type { CpuId, UnitId } from '../base/ids.js';
import { type Bytes, LINE_BYTES } from '../base/layout.js';
import type { CodeMemory } from './codeMemory.js';
import { FETCH_BLOCKS, type HwLayout } from './layout.js';
import { siteLines, type UnitPlacement } from './unitPlacement.js';

/** Which bytes a fetch brings in: those of the icache, filled from the PoU on a miss; or those of the PoU, past the copy
 *  that the icache holds. */
export type FetchFrom = 'icache' | 'pou';

/** Lines in code memory. */
interface FetchBlock {
  readonly line: number;
  readonly lines: number;
  /** The only one whose bytes ever change. */
  readonly siteLine: number;
}

const UNITS_PER_WORD = 32 / FETCH_BLOCKS;

export class FetchedLines {
  readonly #cpu: CpuId;
  readonly #layout: HwLayout;
  readonly #words: Int32Array;
  readonly #code: CodeMemory;
  readonly #blocks: readonly (readonly FetchBlock[])[];
  /* Per unit: where its bits are, and all of them. */
  readonly #maskAt: Int32Array;
  readonly #complete: Int32Array;
  readonly #icache: Bytes;
  readonly #decoded: Bytes;
  /* Has the cpu an icache of its own, with copies of lines? */
  readonly #hasCopies: boolean;
  /* The target of each unit that is a direct branch; -1 for others. */
  readonly #target: Int32Array;

  constructor(
    cpu: CpuId,
    layout: HwLayout,
    words: Int32Array,
    code: CodeMemory,
    units: readonly UnitPlacement[],
  ) {
    this.#cpu = cpu;
    this.#layout = layout;
    this.#words = words;
    this.#code = code;
    this.#icache = layout.icache(cpu);
    this.#decoded = layout.decoded(cpu);
    this.#hasCopies = layout.lineValid !== undefined;
    this.#blocks = units.map(blocksOf);
    this.#maskAt = Int32Array.from(units, (_, unit) =>
      layout.fetchedMask(cpu, Math.floor(unit / UNITS_PER_WORD)),
    );
    this.#target = Int32Array.from(units, ({ branchesTo }) => branchesTo ?? -1);
    this.#complete = Int32Array.from(
      this.#blocks,
      (blocks, unit) => ((1 << blocks.length) - 1) << firstBit(unit),
    );
  }

  /** Is every block of the unit there? */
  has(unit: UnitId): boolean {
    const complete = this.#complete[unit]!;
    return (this.#words[this.#maskAt[unit]!]! & complete) === complete;
  }

  hasBlock(unit: UnitId, block: number): boolean {
    return (this.#words[this.#maskAt[unit]!]! & (1 << (firstBit(unit) + block))) !== 0;
  }

  /** The line of a block that holds bytes of the site. */
  siteLine(unit: UnitId, block: number): number {
    return this.#blocks[unit]![block]!.siteLine;
  }

  blockCount(unit: UnitId): number {
    return this.#blocks[unit]!.length;
  }

  /** Fetches a block, again if it is there; also what a cpu may do on its own at any time, ahead of execution. */
  fetch(unit: UnitId, block: number, from: FetchFrom = 'icache'): void {
    const { line, lines } = this.#blocks[unit]![block]!;
    if (from === 'icache') this.#code.fetch(this.#cpu, line, lines, this.#decoded);
    else this.#code.fetchPast(line, lines, this.#decoded);
    this.#words[this.#maskAt[unit]!]! |= 1 << (firstBit(unit) + block);
    const target = this.#target[unit]!;
    if (target >= 0) this.forget(target);
  }

  /** What execution fetches: the blocks that are not there, the lower first. */
  fetchMissing(unit: UnitId): void {
    const blocks = this.#blocks[unit]!.length;
    for (let block = 0; block < blocks; block++) if (!this.hasBlock(unit, block)) this.fetch(unit, block);
  }

  /** What was fetched of the unit is dropped: it will be fetched again. */
  forget(unit: UnitId): void {
    this.#words[this.#maskAt[unit]!]! &= ~this.#complete[unit]!;
  }

  /** Would fetching the block change anything: what is there, or what the icache holds? */
  wouldChange(unit: UnitId, block: number): boolean {
    if (!this.hasBlock(unit, block)) return true;
    const { siteLine } = this.#blocks[unit]![block]!;
    if (this.#hasCopies && !this.#code.holds(this.#cpu, siteLine)) return true;
    return this.#code.differs(this.#icache, this.#decoded, siteLine);
  }

  /** Would fetching it past the copy that the icache holds bring in other bytes than that, and than what is there? */
  wouldChangePast(unit: UnitId, block: number): boolean {
    const { siteLine } = this.#blocks[unit]![block]!;
    if (!this.#hasCopies || !this.#code.holds(this.#cpu, siteLine)) return false;
    const { pou } = this.#layout;
    if (!this.#code.differs(this.#icache, pou, siteLine)) return false;
    return !this.hasBlock(unit, block) || this.#code.differs(pou, this.#decoded, siteLine);
  }

  /** Core serialization: all of it is dropped. */
  drop(): void {
    const { fetchedMask, fetchedMaskWords } = this.#layout;
    for (let i = 0; i < fetchedMaskWords; i++) this.#words[fetchedMask(this.#cpu, i)] = 0;
  }
}

function firstBit(unit: UnitId): number {
  return (unit % UNITS_PER_WORD) * FETCH_BLOCKS;
}

/** The lines up to the one in which the site begins, and those after it if the site goes on there. */
function blocksOf(unit: UnitPlacement): readonly FetchBlock[] {
  const line = unit.offset / LINE_BYTES;
  const lines = unit.length / LINE_BYTES;
  const [first, last] = siteLines(unit);
  if (first === last) return [{ line, lines, siteLine: line + first }];
  return [
    { line, lines: last, siteLine: line + first },
    { line: line + last, lines: lines - last, siteLine: line + last },
  ];
}
