/** The last station for exploration: each content is compiled and called once, and its value remembered.
 *
 *  What executes is still what the decoded bytes say. */
import type { CpuId, UnitId } from '../base/ids.js';
import type { CodeMemory } from '../hw/codeMemory.js';
import { FetchedLines } from '../hw/fetchedLines.js';
import { InvalidOpcode, UNIT_EXPORT } from '../hw/fetchPath.js';
import type { HwLayout } from '../hw/layout.js';
import { compileUnit } from '../hw/unitCompiler.js';
import type { UnitPlacement } from '../hw/unitPlacement.js';
import type { UserCode } from '../hw/userCode.js';

/** What a content does, shared by every cpu: a function of the words. */
interface Content {
  readonly words: Int32Array;
  readonly value: number | InvalidOpcode;
}

/** Contents by unit; there are as many as versions and ways to tear them. */
export class ContentValues {
  readonly #contents: Content[][];

  constructor(units: number) {
    this.#contents = Array.from({ length: units }, () => []);
  }

  /** @param start and length of the content, in words.
   *  @throws {InvalidOpcode} */
  valueOf(unit: UnitId, words: Int32Array, start: number, length: number): number {
    const contents = this.#contents[unit]!;
    let content = contents.find((known) => known.words.every((word, index) => word === words[start + index]));
    if (!content) {
      const copy = words.slice(start, start + length);
      content = { words: copy, value: call(unit, new Uint8Array(copy.buffer, 0, 4 * length)) };
      contents.push(content);
    }
    if (typeof content.value === 'number') return content.value;
    throw content.value;
  }
}

function call(unit: UnitId, bytes: Uint8Array<ArrayBuffer>): number | InvalidOpcode {
  try {
    const run = new WebAssembly.Instance(compileUnit(bytes)).exports[UNIT_EXPORT] as () => number;
    return run();
  } catch (error) {
    return new InvalidOpcode(unit, error);
  }
}

export class ContentUserCode implements UserCode {
  readonly fetched: FetchedLines;
  readonly #cpu: CpuId;
  readonly #layout: HwLayout;
  readonly #words: Int32Array;
  readonly #code: CodeMemory;
  readonly #units: readonly UnitPlacement[];
  readonly #values: ContentValues;

  constructor(
    cpu: CpuId,
    layout: HwLayout,
    words: Int32Array,
    code: CodeMemory,
    units: readonly UnitPlacement[],
    values: ContentValues,
  ) {
    this.fetched = new FetchedLines(cpu, layout, words, code, units);
    this.#cpu = cpu;
    this.#layout = layout;
    this.#words = words;
    this.#code = code;
    this.#units = units;
    this.#values = values;
  }

  serialize(): void {
    this.fetched.drop();
    // What is not fetched is no state: two machines that differ only there are the same.
    const { $start, $length } = this.#layout.decoded(this.#cpu);
    this.#words.fill(0, $start / 4, ($start + $length) / 4);
  }

  execute(unit: UnitId, times: number): number {
    this.fetched.fetchMissing(unit);
    this.lastValue(unit);
    return times;
  }

  lastValue(unit: UnitId): number {
    const { offset, length } = this.#units[unit]!;
    const start = (this.#layout.decoded(this.#cpu).$start + offset) / 4;
    return this.#values.valueOf(unit, this.#words, start, length / 4);
  }

  decodedBytes(unit: UnitId): Uint8Array<ArrayBuffer> {
    const { offset, length } = this.#units[unit]!;
    return this.#code.peek(this.#layout.decoded(this.#cpu), offset, length) as Uint8Array<ArrayBuffer>;
  }

  isDecoded(unit: UnitId): boolean {
    return this.fetched.has(unit);
  }
}
