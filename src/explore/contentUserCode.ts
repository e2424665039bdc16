/** The last station for exploration: each content is called once, and its value remembered.
 *
 *  What executes is still what the decoded bytes say. */
import type { CpuId, UnitId } from '../base/ids.js';
import type { CodeMemory } from '../hw/codeMemory.js';
import { FetchedLines } from '../hw/fetchedLines.js';
import { InvalidOpcode } from '../hw/fetchPath.js';
import { FETCH_BLOCKS, type HwLayout } from '../hw/layout.js';
import { valueOfUnit } from '../hw/unitCompiler.js';
import type { UnitPlacement } from '../hw/unitPlacement.js';
import type { UserCode } from '../hw/userCode.js';
import { type Operation, operationNumber, type Question, type StationStates } from './stationStates.js';

/** What a content does, shared by every cpu: a function of the words. */
interface UnitContent {
  readonly words: Int32Array;
  readonly value: number | InvalidOpcode;
}

/** Contents by unit; there are as many as versions and ways to tear them. */
export class ContentValues {
  readonly #contents: UnitContent[][];

  constructor(units: number) {
    this.#contents = Array.from({ length: units }, () => []);
  }

  /** @returns a number for what these words do as code of the unit. */
  numberOf(unit: UnitId, words: Int32Array): number {
    const contents = this.#contents[unit]!;
    const known = contents.findIndex((content) => content.words.every((word, i) => word === words[i]));
    if (known >= 0) return known;
    const copy = words.slice();
    return contents.push({ words: copy, value: call(unit, new Uint8Array(copy.buffer)) }) - 1;
  }

  /** @throws {InvalidOpcode} */
  valueOf(unit: UnitId, number: number): number {
    const { value } = this.#contents[unit]![number]!;
    if (typeof value === 'number') return value;
    throw value;
  }
}

function call(unit: UnitId, bytes: Uint8Array<ArrayBuffer>): number | InvalidOpcode {
  try {
    return valueOfUnit(bytes);
  } catch (error) {
    return new InvalidOpcode(unit, error);
  }
}

/** What a cpu can do with a unit, or ask about it. */
interface UnitOperations {
  readonly fetchMissing: Operation;
  /** By block. */
  readonly fetch: readonly Operation[];
  readonly fetchPast: readonly Operation[];
  readonly isDecoded: Question;
  readonly value: Question;
}

export class ContentUserCode implements UserCode {
  readonly fetched: FetchedLines;
  readonly #cpu: CpuId;
  readonly #layout: HwLayout;
  readonly #code: CodeMemory;
  readonly #units: readonly UnitPlacement[];
  readonly #values: ContentValues;
  readonly #stations: StationStates;
  readonly #drop: Operation;
  readonly #operations: readonly UnitOperations[];

  constructor(
    cpu: CpuId,
    layout: HwLayout,
    words: Int32Array,
    code: CodeMemory,
    units: readonly UnitPlacement[],
    values: ContentValues,
    stations: StationStates,
  ) {
    this.fetched = new FetchedLines(cpu, layout, words, code, units);
    this.#cpu = cpu;
    this.#layout = layout;
    this.#code = code;
    this.#units = units;
    this.#values = values;
    this.#stations = stations;
    const decoded = layout.decoded(cpu);
    this.#drop = {
      number: operationNumber('drop'),
      run: () => {
        this.fetched.drop();
        // What is not fetched is no state: two machines that differ only there are the same.
        words.fill(0, decoded.$start / 4, (decoded.$start + decoded.$length) / 4);
      },
    };
    this.#operations = units.map(({ offset, length }, unit) => {
      const start = (decoded.$start + offset) / 4;
      const blocks = Array.from({ length: this.fetched.blockCount(unit) }, (_, block) => block);
      return {
        fetchMissing: {
          number: operationNumber('fetchMissing', unit),
          run: () => this.fetched.fetchMissing(unit),
        },
        fetch: blocks.map((block) => ({
          number: operationNumber('fetch', unit * FETCH_BLOCKS + block),
          run: () => this.fetched.fetch(unit, block),
        })),
        fetchPast: blocks.map((block) => ({
          number: operationNumber('fetchPast', unit * FETCH_BLOCKS + block),
          run: () => this.fetched.fetch(unit, block, 'pou'),
        })),
        isDecoded: {
          number: operationNumber('isDecoded', unit),
          answer: () => (this.fetched.has(unit) ? 1 : 0),
        },
        value: {
          number: operationNumber('value', unit),
          answer: () => values.numberOf(unit, words.subarray(start, start + length / 4)),
        },
      };
    });
  }

  serialize(): void {
    this.#stations.changeOwn(this.#cpu, this.#drop);
  }

  /** Fetches a block on its own. */
  fetch(unit: UnitId, block: number, from: 'fetch' | 'fetchPast'): void {
    this.#stations.fetch(this.#cpu, this.#operations[unit]![from][block]!);
  }

  execute(unit: UnitId, times: number): number {
    if (!this.isDecoded(unit)) this.#stations.fetch(this.#cpu, this.#operations[unit]!.fetchMissing);
    this.lastValue(unit);
    return times;
  }

  lastValue(unit: UnitId): number {
    return this.#values.valueOf(unit, this.#stations.ask(this.#cpu, this.#operations[unit]!.value));
  }

  decodedBytes(unit: UnitId): Uint8Array<ArrayBuffer> {
    const { offset, length } = this.#units[unit]!;
    return this.#code.peek(this.#layout.decoded(this.#cpu), offset, length) as Uint8Array<ArrayBuffer>;
  }

  isDecoded(unit: UnitId): boolean {
    return this.#stations.ask(this.#cpu, this.#operations[unit]!.isDecoded) !== 0;
  }
}
