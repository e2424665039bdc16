/** What a cpu has fetched and keeps until a core serialization: copies of the lines of its units.
 *
 *  Instruction fetch brings in lines, each when it likes. Only the bytes of a patch site ever change, so the lines of
 *  a unit fall into blocks that are worth telling apart: one, or two where the site lies across a line. A unit can be
 *  executed when all its blocks are there, and nothing says that they were fetched at the same moment.
 *
 *  Source: Intel SDM vol. 3A, "Handling Self- and Cross-Modifying Code"; Linux arch/x86/kernel/alternative.c, the
 *  comment at smp_text_poke_batch_finish(): that is why text patching synchronizes between its stores.
 *  Limit: a block is copied at one moment, doubleword by doubleword. Real fetch may be by 16 or 32 bytes. */
import type { CpuId, UnitId } from '../base/ids.js';
import { LINE_BYTES } from '../base/layout.js';
import type { CodeMemory } from './codeMemory.js';
import type { UnitPlacement } from './fetchPath.js';
import { FETCH_BLOCKS, type HwLayout } from './layout.js';

/** Lines in code memory. */
interface FetchBlock {
  readonly line: number;
  readonly lines: number;
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
    this.#blocks = units.map(blocksOf);
    this.#maskAt = Int32Array.from(units, (_, unit) =>
      layout.fetchedMask(cpu, Math.floor(unit / UNITS_PER_WORD)),
    );
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

  blockCount(unit: UnitId): number {
    return this.#blocks[unit]!.length;
  }

  /** Fetches a block, again if it is there; also what a cpu may do on its own at any time, ahead of execution. */
  fetch(unit: UnitId, block: number): void {
    const { line, lines } = this.#blocks[unit]![block]!;
    this.#code.fetch(this.#cpu, line, lines, this.#layout.decoded(this.#cpu));
    this.#words[this.#maskAt[unit]!]! |= 1 << (firstBit(unit) + block);
  }

  /** What execution fetches: the blocks that are not there, the lower first. */
  fetchMissing(unit: UnitId): void {
    const blocks = this.#blocks[unit]!.length;
    for (let block = 0; block < blocks; block++) if (!this.hasBlock(unit, block)) this.fetch(unit, block);
  }

  /** What could not be decoded is fetched again. */
  forget(unit: UnitId): void {
    this.#words[this.#maskAt[unit]!]! &= ~this.#complete[unit]!;
  }

  /** Would fetching the block bring in other bytes than the ones that are there? */
  wouldChange(unit: UnitId, block: number): boolean {
    if (!this.hasBlock(unit, block)) return true;
    const { line, lines } = this.#blocks[unit]![block]!;
    const from = (this.#layout.icache(this.#cpu).$start + line * LINE_BYTES) / 4;
    const to = (this.#layout.decoded(this.#cpu).$start + line * LINE_BYTES) / 4;
    const words = (lines * LINE_BYTES) / 4;
    for (let i = 0; i < words; i++) if (this.#words[from + i] !== this.#words[to + i]) return true;
    return false;
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
function blocksOf({ offset, length, siteOffset, siteBytes }: UnitPlacement): readonly FetchBlock[] {
  const line = offset / LINE_BYTES;
  const lines = length / LINE_BYTES;
  const first = Math.floor(siteOffset / LINE_BYTES);
  const last = Math.floor((siteOffset + siteBytes - 1) / LINE_BYTES);
  if (first === last) return [{ line, lines }];
  return [
    { line, lines: last },
    { line: line + last, lines: lines - last },
  ];
}
