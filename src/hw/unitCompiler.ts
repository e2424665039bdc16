/** Compiles the bytes of a unit, remembering what it compiled: the same bytes are the same code.
 *
 *  One per process, so that many short runs of the same versions compile each of them once. What executes is still
 *  what the bytes say: a module is looked up by its whole content. */

/** Modules to remember; the oldest goes first. */
const REMEMBERED = 512;

const modules = new Map<string, WebAssembly.Module>();
const text = new TextDecoder('latin1');

/** @throws {WebAssembly.CompileError} for bytes that do not validate. */
export function compileUnit(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const key = text.decode(bytes);
  const known = modules.get(key);
  if (known) return known;
  const module = new WebAssembly.Module(bytes);
  if (modules.size >= REMEMBERED) modules.delete(modules.keys().next().value!);
  modules.set(key, module);
  return module;
}
