/** The last station: decoded. What a cpu fetched is compiled, sits behind its own funcref table, and runs
 *  from there until a core serialization drops it.
 *
 *  It is real compiled code: what runs after a missed serialization really is the old function, and torn
 *  bytes really fail to validate or compute something else.
 *
 *  Limit: a cpu decodes a unit when it executes it, and whole: real cores decode much smaller pieces whenever they
 *  like. A unit that is running is never refetched under it. */
import type { CpuId, UnitId } from '../base/ids.js';
import type { CodeMemory } from './codeMemory.js';
import { COUNTER } from './counters.js';
import { FetchedLines } from './fetchedLines.js';
import type { HwLayout } from './layout.js';
import { compileUnit, UNIT_EXPORT } from './unitCompiler.js';
import type { UnitPlacement } from './unitPlacement.js';
import type { UserCode } from './userCode.js';

/** The exports of the WebAssembly run loop; its contract stands in wasm/run-loop.wat. */
type RunLoop = (slot: number, times: number, doorbell: number, last: number, result: number) => number;

/** The bytes this cpu fetched are not executable code (#UD), or the code trapped while it ran. */
export class InvalidOpcode extends Error {
  readonly unit: UnitId;
  constructor(unit: UnitId, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'InvalidOpcode';
    this.unit = unit;
  }
}

export class FetchPath implements UserCode {
  readonly #cpu: CpuId;
  readonly #layout: HwLayout;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #code: CodeMemory;
  readonly #units: readonly UnitPlacement[];
  readonly #fetched: FetchedLines;
  readonly #table: WebAssembly.Table;
  readonly #runLoop: RunLoop;
  /* Memo by content: the bytes behind the instance in each table slot. Decoding the same bytes again is free,
     and what executes is still what the icache bytes say. */
  readonly #compiledFrom: (Uint8Array | undefined)[];
  /* What a slot returned last; the run loop leaves when it sees anything else. */
  readonly #lastValue: Int32Array;
  /** Instances compiled so far; the memo keeps it below the number of decodes. */
  compiled = 0;

  constructor(
    cpu: CpuId,
    layout: HwLayout,
    memory: WebAssembly.Memory,
    code: CodeMemory,
    units: readonly UnitPlacement[],
    runLoop: WebAssembly.Module,
  ) {
    this.#cpu = cpu;
    this.#layout = layout;
    this.#words = new Int32Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#code = code;
    this.#units = units;
    this.#fetched = new FetchedLines(cpu, layout, this.#words, code, units);
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: Math.max(1, units.length) });
    this.#compiledFrom = units.map(() => undefined);
    this.#lastValue = new Int32Array(units.length);
    const instance = new WebAssembly.Instance(runLoop, { cpu: { table: this.#table, memory } });
    this.#runLoop = instance.exports.run as RunLoop;
  }

  /** Core serialization: everything this cpu has decoded is dropped. */
  serialize(): void {
    this.#fetched.drop();
  }

  /** Runs a unit up to `times` times, until the doorbell rings or the unit returns another value than before.
   *  @returns how many calls were made. The value they gave is `lastValue(unit)`.
   *  @throws {InvalidOpcode} where the fetched bytes do not validate, or trap. */
  execute(unit: UnitId, times: number): number {
    if (!this.#fetched.has(unit)) this.#decode(unit);
    const { doorbell, unitResult } = this.#layout.cpu;
    const result = unitResult(this.#cpu);
    const left = this.#enter(unit, times, doorbell(this.#cpu) * 4, result * 4);
    if (left >= 0) return times - left;
    /* The value changed with the last call made. If there were calls before it, report those first: run-length
       encoding has one value at a time, so the changed call is made again as the first of the next run. */
    const madeBefore = times + left;
    if (madeBefore > 0) return madeBefore;
    this.#lastValue[unit] = this.#words[result]!;
    return 1;
  }

  /** The function of the unit, fetched and decoded if it is not.
   *  @throws {InvalidOpcode} where the fetched bytes do not validate. */
  decoded(unit: UnitId): () => number {
    if (!this.#fetched.has(unit)) this.#decode(unit);
    return this.#table.get(unit) as () => number;
  }

  isDecoded(unit: UnitId): boolean {
    return this.#fetched.has(unit);
  }

  lastValue(unit: UnitId): number {
    return this.#lastValue[unit]!;
  }

  /** The bytes that were compiled into what this cpu runs now. */
  decodedBytes(unit: UnitId): Uint8Array {
    const { offset, length } = this.#units[unit]!;
    return this.#code.peek(this.#layout.decoded(this.#cpu), offset, length);
  }

  #enter(unit: UnitId, times: number, doorbell: number, result: number): number {
    try {
      return this.#runLoop(unit, times, doorbell, this.#lastValue[unit]!, result);
    } catch (error) {
      /* The loop itself throws nothing: a trap, an exhausted stack or a WebAssembly exception is the unit's. */
      throw new InvalidOpcode(unit, error);
    }
  }

  #decode(unit: UnitId): void {
    const { offset, length } = this.#units[unit]!;
    this.#fetched.fetchMissing(unit);
    this.#words[this.#layout.counter(this.#cpu, COUNTER.decodes)]!++;
    this.#compile(unit, this.#layout.decoded(this.#cpu).$start + offset, length);
  }

  #compile(unit: UnitId, start: number, length: number): void {
    if (this.#isCompiledFrom(unit, start)) return;
    const bytes = this.#bytes.slice(start, start + length);
    try {
      const instance = new WebAssembly.Instance(compileUnit(bytes));
      this.#table.set(unit, instance.exports[UNIT_EXPORT] as () => number);
    } catch (error) {
      this.#compiledFrom[unit] = undefined;
      this.#fetched.forget(unit);
      /* A RangeError is the host out of memory; whatever else goes wrong here, the bytes are to blame. */
      if (error instanceof RangeError) throw error;
      throw new InvalidOpcode(unit, error);
    }
    this.#compiledFrom[unit] = bytes;
    this.compiled++;
  }

  #isCompiledFrom(unit: UnitId, start: number): boolean {
    const compiled = this.#compiledFrom[unit];
    if (!compiled) return false;
    for (let i = 0; i < compiled.length; i++) if (compiled[i] !== this.#bytes[start + i]) return false;
    return true;
  }
}
