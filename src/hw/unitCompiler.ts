/** Compiles the bytes of a unit, and calls it, remembering both: the same bytes are the same code, and return the same.
 *
 *  One per process, so that many short runs of the same versions compile each of them once. What executes is still
 *  what the bytes say: a unit is looked up by its whole content. */

/** The export of every fetch unit. */
export const UNIT_EXPORT = 'f';

/** Units to remember; the oldest goes first. */
const REMEMBERED = 512;

interface Unit {
  readonly module: WebAssembly.Module;
  /** What it returns, once it has been called. */
  value: number | undefined;
}

const units = new Map<string, Unit>();
const text = new TextDecoder('latin1');

/** @throws {WebAssembly.CompileError} for bytes that do not validate. */
export function compileUnit(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return unitOf(bytes).module;
}

/** What a unit returns that has just been made: it imports nothing, so that is a function of its bytes.
 *  @throws {WebAssembly.CompileError} for bytes that do not validate.
 *  @throws {WebAssembly.RuntimeError} where it traps. */
export function valueOfUnit(bytes: Uint8Array<ArrayBuffer>): number {
  const unit = unitOf(bytes);
  unit.value ??= (new WebAssembly.Instance(unit.module).exports[UNIT_EXPORT] as () => number)();
  return unit.value;
}

function unitOf(bytes: Uint8Array<ArrayBuffer>): Unit {
  const key = text.decode(bytes);
  const known = units.get(key);
  if (known) return known;
  const unit = { module: new WebAssembly.Module(bytes), value: undefined };
  if (units.size >= REMEMBERED) units.delete(units.keys().next().value!);
  units.set(key, unit);
  return unit;
}
