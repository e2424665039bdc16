/** The functions of a run as one of its threads reaches them: it calls them, and it patches them in place. */
import type { UnitId, Version } from '../../base/ids.js';
import type { Placement } from '../../jit/placement.js';
import { entryOf, ROUTINE, storesOf } from './codeImage.js';
import type { HostKernel, LibraryFunction } from './hostKernel.js';
import type { MappedCode } from './mappedCode.js';

/** Calls in one go, at most: what they gave stays in the first caches. */
export const MOST_CALLS = 2048;

/** What became of calls in a row, oldest first: what had been promised right before each, and what it returned. */
export type CallRecord = Int32Array;

export interface PatchedCode {
  /** Calls the function.
   *  @param times MOST_CALLS at most.
   *  @returns pairs, until the next call. */
  call(unit: UnitId, times: number): CallRecord;
  /** How many stores it takes to patch it. */
  storeCount(unit: UnitId): number;
  /** One of them. */
  store(unit: UnitId, version: Version, part: number): void;
  /** Executes a serializing instruction. */
  serialize(): void;
}

export class HostCode implements PatchedCode {
  readonly #mapped: MappedCode;
  readonly #placements: readonly Placement[];
  readonly #promised: readonly Int32Array[];
  readonly #record: LibraryFunction;
  readonly #store: LibraryFunction;
  readonly #pairs = new Int32Array(2 * MOST_CALLS);
  readonly serialize: () => void;

  /** @param promised by function: the shared word with what has been promised of it. */
  constructor(
    kernel: HostKernel,
    mapped: MappedCode,
    placements: readonly Placement[],
    promised: readonly Int32Array[],
  ) {
    const routine = (offset: number, parameters: readonly string[]): LibraryFunction =>
      kernel.codeAt(mapped.executable + offset, parameters);
    this.#mapped = mapped;
    this.#placements = placements;
    this.#promised = promised;
    this.#record = routine(ROUTINE.record, ['intptr_t', '_Out_ void *', 'int64_t', 'const void *']);
    this.#store = routine(ROUTINE.store, ['intptr_t', 'uint64_t']);
    this.serialize = routine(ROUTINE.serialize, []);
  }

  call(unit: UnitId, times: number): CallRecord {
    const entry = this.#mapped.executable + entryOf(unit, this.#placements[unit]!);
    this.#record(entry, this.#pairs, times, this.#promised[unit]);
    return this.#pairs.subarray(0, 2 * times);
  }

  storeCount(unit: UnitId): number {
    return storesOf(unit, this.#placements[unit]!, 0).length;
  }

  store(unit: UnitId, version: Version, part: number): void {
    const { offset, value } = storesOf(unit, this.#placements[unit]!, version)[part]!;
    this.#store(this.#mapped.writable + offset, value);
  }
}
