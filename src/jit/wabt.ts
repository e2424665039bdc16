/** Text to binary and back: assembles the hand-written WAT, and shows as evidence what a cpu really fetched.
 *
 *  Source: wabt.js 1.0.39. Its modules live on an emscripten heap that nothing collects, so each is destroyed in
 *  `finally`. The library is loaded at first use: a command that needs no text does not pay for it.
 *  Limit: the proposals are those of FEATURES; code that the engine accepts through others is reported as not
 *  parsing. */
import { LabError } from '../base/errors.js';

const FEATURES = { threads: true } as const;
/** Of code that users bring. No exceptions: a handler of theirs would catch what the engine throws to end a run. */
const OWN_FEATURES = { annotations: true, exceptions: false } as const;

type Features = typeof FEATURES | typeof OWN_FEATURES;

type Wabt = Awaited<ReturnType<typeof import('wabt')>>;

/** `validate` takes the features too, or refuses shared memories; wabt's own declaration leaves them out. */
interface Validates {
  validate(features: Features): void;
}

let loading: Promise<Wabt> | undefined;

function load(): Promise<Wabt> {
  loading ??= import('wabt').then(({ default: start }) => start());
  return loading;
}

/** @param name of the file, for messages only.
 *  @throws {LabError} E_WAT with the line and column of each mistake. */
export function assembleWat(name: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  return assemble(name, text, FEATURES);
}

/** The same for a user's own text, with the features of OWN_FEATURES; annotations are skipped. */
export function assembleOwn(name: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  return assemble(name, text, OWN_FEATURES);
}

async function assemble(name: string, text: string, features: Features): Promise<Uint8Array<ArrayBuffer>> {
  const wabt = await load();
  try {
    const module = wabt.parseWat(name, text, features);
    try {
      module.resolveNames();
      validate(module, features);
      return new Uint8Array(module.toBinary({}).buffer);
    } finally {
      module.destroy();
    }
  } catch (cause) {
    reload(cause);
    throw new LabError('E_WAT', reasonOf(cause), `Correct the text at that line of ${name}.`);
  }
}

/** The flat form of a module: an instruction a line, everything with a name.
 *  @throws {LabError} E_WASM for what the engine may take and wabt does not. */
export async function flatText(name: string, bytes: Uint8Array): Promise<string> {
  const wabt = await load();
  try {
    const module = wabt.readWasm(bytes, { ...OWN_FEATURES, readDebugNames: false });
    try {
      validate(module, OWN_FEATURES);
      module.generateNames();
      module.applyNames();
      return module.toText({});
    } finally {
      module.destroy();
    }
  } catch (cause) {
    reload(cause);
    throw new LabError(
      'E_WASM',
      `${name}: ${reasonOf(cause)}`,
      'Use WebAssembly 2.0 and no proposal beyond it.',
    );
  }
}

/** After an abort the library answers nothing any more; the next caller gets another one. */
function reload(cause: unknown): void {
  if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError) loading = undefined;
}

/** WAT for the bytes of a module. Never throws: where the bytes are no valid module the text is a comment that
 *  says so and why, followed by as much WAT as could be read. */
export async function disassemble(bytes: Uint8Array): Promise<string> {
  const wabt = await load();
  try {
    const module = wabt.readWasm(bytes, { ...FEATURES, readDebugNames: true });
    try {
      return validityOf(module) + module.toText({});
    } finally {
      module.destroy();
    }
  } catch (cause) {
    return remark('does not parse', cause);
  }
}

function validate(module: Validates, features: Features): void {
  module.validate(features);
}

function validityOf(module: Validates): string {
  try {
    validate(module, FEATURES);
    return '';
  } catch (cause) {
    return remark('does not validate', cause);
  }
}

function remark(verdict: string, cause: unknown): string {
  const lines = [`${verdict}:`, ...reasonOf(cause).split('\n')];
  return lines.map((line) => `;; ${line}\n`).join('');
}

/** What wabt said, without the name of the JavaScript call that said it. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^\w+ failed:\n/, '').trimEnd();
}
