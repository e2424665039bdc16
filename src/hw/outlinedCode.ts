/** A user's own function on one cpu: the rest of it is compiled once, its patch points are fetch units.
 *
 *  The function calls each patch point through a private table of the cpu. A slot holds the unit that is decoded, or a
 *  trampoline that fetches and decodes it; core serialization puts the trampolines back. So the next execution of a
 *  patch point after a serialization fetches anew, also in a call of the function that was under way.
 *
 *  What is executed is reported run by run: so many executions in a row of one unit that gave one value.
 *
 *  Limit: a WebAssembly frame cannot be suspended. An interrupt is taken inside, at a safepoint; to reschedule waits until
 *  the function returns; one that never returns is ended after MAX_INSTRUCTIONS. Memory, globals and tables of the
 *  function are the cpu's own: cpus share code here, not data. */
import type { CpuId, UnitId } from '../base/ids.js';
import { type FetchPath, InvalidOpcode } from './fetchPath.js';
import type { HwLayout } from './layout.js';
import type { UserCode } from './userCode.js';

/** What a module with outlined patch points needs; plain data, so that it crosses to a worker as it is. */
export interface OutlinedModule {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly module: WebAssembly.Module;
  /** Module name of its imports. */
  readonly imports: string;
  readonly pollImport: string;
  readonly points: readonly OutlinedPoint[];
}

export interface OutlinedPoint {
  readonly importName: string;
  /** The unit that was taken out; undefined where nobody patches the point, and it stays what it was. */
  readonly unit: UnitId | undefined;
  readonly first: number;
  /** 0 where versions count on. */
  readonly values: number;
}

/** What is called where a task calls a site. */
export interface OutlinedFunction {
  readonly unit: UnitId;
  /** Index of its module. */
  readonly module: number;
  readonly exportName: string;
}

/** Everything of one run. */
export interface OutlinedProgram {
  readonly modules: readonly OutlinedModule[];
  readonly functions: readonly OutlinedFunction[];
  /** wasm/patch-point.wat and wasm/safepoint.wat. */
  readonly patchPoint: WebAssembly.Module;
  readonly safepoint: WebAssembly.Module;
}

/** Who hears of what a function does. */
export interface OutlinedObserver {
  /** `count` executions of the unit gave `value`. */
  executed(unit: UnitId, value: number, count: number): void;
  /** The doorbell rings at a safepoint; everything executed before was reported. */
  attend(): void;
}

/** In one call of a function, each round of a loop counted as all of the function it is in; one that executes more counts
 *  as one that never returns. Between some tenths of a second and some seconds. */
export const MAX_INSTRUCTIONS = 1 << 30;

interface Point {
  readonly unit: UnitId;
  readonly first: number;
  readonly values: number;
  readonly fetch: () => number;
  readonly last: WebAssembly.Global;
  readonly count: WebAssembly.Global;
}

/** The function executed too much. */
class Endless extends Error {}

export interface OutlinedParts {
  readonly cpu: CpuId;
  readonly layout: HwLayout;
  readonly memory: WebAssembly.Memory;
  readonly path: FetchPath;
  readonly program: OutlinedProgram;
  /** The version that gives `value`, at any distance. */
  readonly versionAt: (value: number) => number;
}

export class OutlinedCode implements UserCode {
  readonly #parts: OutlinedParts;
  readonly #table: WebAssembly.Table;
  /* By slot. */
  readonly #points: Point[] = [];
  readonly #functions = new Map<UnitId, { readonly call: () => unknown; readonly what: string }>();
  readonly #left: WebAssembly.Global;
  #observer: OutlinedObserver | undefined;

  constructor(parts: OutlinedParts) {
    const { cpu, layout, memory, program } = parts;
    this.#parts = parts;
    const doorbell = layout.cpu.doorbell(cpu) * 4;
    const slots = program.modules.reduce((sum, { points }) => sum + points.length, 0);
    this.#table = new WebAssembly.Table({ element: 'anyfunc', initial: Math.max(1, slots) });
    const { exports } = new WebAssembly.Instance(program.safepoint, {
      cpu: { memory, doorbell, attend: () => this.#attend(), endless },
    });
    this.#left = exports.left as WebAssembly.Global;
    const instances = program.modules.map((module) => this.#instance(module, exports.poll!));
    for (const { unit, module, exportName } of program.functions) {
      const call = instances[module]!.exports[exportName] as () => unknown;
      this.#functions.set(unit, { call, what: `'${exportName}' of ${program.modules[module]!.file}` });
    }
    this.#dropSlots();
  }

  /** Does a call of this unit's site call a function of the user's? */
  has(unit: UnitId): boolean {
    return this.#functions.has(unit);
  }

  /** Calls the function once.
   *  @throws {InvalidOpcode} where it traps, overflows the stack, never returns, or comes to bytes that do not validate. */
  call(unit: UnitId, observer: OutlinedObserver): void {
    const { call, what } = this.#functions.get(unit)!;
    this.#observer = observer;
    this.#left.value = MAX_INSTRUCTIONS;
    try {
      call();
    } catch (error) {
      throw faultOf(unit, what, error);
    } finally {
      this.#report();
      this.#observer = undefined;
    }
  }

  /* ---- user code, as without functions ---- */

  serialize(): void {
    this.#parts.path.serialize();
    this.#dropSlots();
  }

  execute(unit: UnitId, times: number): number {
    return this.#parts.path.execute(unit, times);
  }

  isDecoded(unit: UnitId): boolean {
    return this.#parts.path.isDecoded(unit);
  }

  lastValue(unit: UnitId): number {
    return this.#parts.path.lastValue(unit);
  }

  decodedBytes(unit: UnitId): Uint8Array {
    return this.#parts.path.decodedBytes(unit);
  }

  /* ---- the other side of the imports ---- */

  #instance(module: OutlinedModule, poll: WebAssembly.ExportValue): WebAssembly.Instance {
    const imports: Record<string, WebAssembly.ImportValue> = { [module.pollImport]: poll };
    for (const { importName, unit, first, values } of module.points) {
      imports[importName] = unit === undefined ? () => first : this.#point(unit, first, values);
    }
    return new WebAssembly.Instance(module.module, { [module.imports]: imports });
  }

  /** @returns what the function calls. */
  #point(unit: UnitId, first: number, values: number): WebAssembly.ExportValue {
    const slot = this.#points.length;
    const { exports } = new WebAssembly.Instance(this.#parts.program.patchPoint, {
      cpu: {
        table: this.#table,
        decode: (at: number) => this.#decode(at),
        changed: (at: number, value: number) => this.#changed(at, value),
      },
      point: { slot },
    });
    const fetch = exports.fetch as () => number;
    const last = exports.last as WebAssembly.Global;
    const count = exports.count as WebAssembly.Global;
    this.#points.push({ unit, first, values, fetch, last, count });
    return exports.at!;
  }

  #decode(slot: number): void {
    this.#table.set(slot, this.#parts.path.decoded(this.#points[slot]!.unit));
  }

  #dropSlots(): void {
    for (const [slot, point] of this.#points.entries()) this.#table.set(slot, point.fetch);
  }

  /** The unit in a slot gave another value than before. @returns what it stands for in the function. */
  #changed(slot: number, value: number): number {
    const point = this.#points[slot]!;
    this.#reportPoint(point);
    const version = this.#parts.versionAt(value);
    return (point.first + (point.values === 0 ? version : version % point.values)) | 0;
  }

  #attend(): void {
    this.#report();
    this.#observer!.attend();
  }

  #report(): void {
    for (const point of this.#points) this.#reportPoint(point);
  }

  #reportPoint({ unit, last, count }: Point): void {
    const executed = count.value as number;
    if (executed === 0) return;
    count.value = 0;
    this.#observer!.executed(unit, last.value as number, executed);
  }
}

function endless(): never {
  throw new Endless();
}

/** What the function did to end like this; anything else is the lab's own, and passes. */
function faultOf(unit: UnitId, what: string, error: unknown): unknown {
  if (error instanceof Endless) {
    return new InvalidOpcode(
      unit,
      new Error(`${what} did not return within ${MAX_INSTRUCTIONS} instructions`),
    );
  }
  if (error instanceof RangeError) {
    return new InvalidOpcode(unit, new Error(`${what} overflowed the stack: ${error.message}`));
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return new InvalidOpcode(unit, new Error(`${what} trapped: ${error.message}`));
  }
  return error;
}
