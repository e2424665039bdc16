/** Outlining: takes the patch points of a function out of it, so that each can be a fetch unit of its own, and puts
 *  safepoint polls in.
 *
 *  The function is opened in wabt's flat text form, where an instruction is a line and stands behind its code metadata:
 *
 *      (@metadata.code.patch "handler/4") i32.const 0    becomes    call $patch.0
 *      loop $L0                                          is followed by    call $poll
 *
 *  and so is the entry of each function. `patch.<n>` and `poll` are the only imports of what comes out; the memory and
 *  the tables get a most. A patch point marks an `i32.const`, the least that is of use: what the constant selects is
 *  up to the function. As the index of a call_indirect it is an inline cache or a handler, as the condition of an `if` a
 *  static key, in arithmetic a specialised value. `"name"` counts up from the constant with each version,
 *  `"name/4"` goes round in four values from there: version v stands for constant + v mod 4.
 *
 *  Source: WebAssembly tool-conventions, "Code Metadata Framework"; HotSpot and V8 for polls at back edges and entries.
 *  Limit: only i32.const; no imports, no start function, one memory of 32 bits that nobody shares. */
import { LabError } from '../base/errors.js';
import { readCodeMetadata } from './codeMetadata.js';
import { assembleAnnotated, flatText } from './wabt.js';

export interface PatchPoint {
  readonly name: string;
  /** The constant in the file: what version 0 stands for. */
  readonly first: number;
  /** Versions go round in so many values; 0 where they count on. */
  readonly values: number;
}

export interface OutlinedBinary {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The point of import `patch.<n>` is the n-th. */
  readonly points: readonly PatchPoint[];
}

/** Module name of the imports. */
export const OUTLINE_IMPORTS = 'sandbox';
export const POLL_IMPORT = 'poll';

export function patchImport(index: number): string {
  return `patch.${index}`;
}

/** 16 MiB for each cpu. */
export const MAX_MEMORY_PAGES = 256;
export const MAX_TABLE_ENTRIES = 4096;
export const MAX_PATCH_POINTS = 32;
const METADATA_TYPE = 'patch';
const METADATA_SECTION = `metadata.code.${METADATA_TYPE}`;
const POINT_NAME = /^([A-Za-z][\w-]{0,39})(?:\/([1-9]\d{0,5}))?$/;

const MARKED = /^\s*\(@metadata\.code\.patch "((?:[^"\\]|\\.)*)"\)\s*(.*?)(\)*)$/;
const CONSTANT = /^i32\.const (-?\d+)$/;
const FUNCTION = /^ {2}\(func (\$\S+)/;
const LOCALS = /^ {4}\(local /;
const LOOP = /^\s*loop\b/;
const LIMITS = /^ {2}\((memory|table) (\$\S+) (\d+)(?: (\d+))?( funcref| externref)?\)(\)?)$/;

/** @param bytes a module that the engine accepts.
 *  @param file its name, for messages.
 *  @throws {LabError} E_WASM, E_OWN_CODE */
export async function outline(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<OutlinedBinary> {
  const module = await checkedModule(bytes, file);
  const marked = WebAssembly.Module.customSections(module, METADATA_SECTION).flatMap((section) =>
    readCodeMetadata(new Uint8Array(section), file, METADATA_TYPE),
  );
  if (marked.length > MAX_PATCH_POINTS) {
    throw refused(
      `${file}: it has ${marked.length} patch points; expected at most ${MAX_PATCH_POINTS}`,
      'Mark fewer.',
    );
  }
  const opened = new Opened(file);
  for (const line of (await flatText(file, bytes)).split('\n')) opened.line(line);
  if (opened.points.length !== marked.length) {
    const places = marked.map(({ func, offset }) => `function ${func} byte ${offset}`).join(', ');
    throw refused(
      `${file}: section ${METADATA_SECTION} marks ${marked.length} places (${places}), and instructions begin at ${opened.points.length} of them`,
      'Give the offset of an i32.const, counted from the start of the function body.',
    );
  }
  return { bytes: await assembleAnnotated(file, opened.text), points: opened.points };
}

/** The engine's own check comes first: what it accepts is well-formed, whatever other readers make of it. */
async function checkedModule(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<WebAssembly.Module> {
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^WebAssembly\.\w+\(\): /, '') : String(cause);
    throw new LabError('E_WASM', `${file}: no WebAssembly module: ${why}`, 'Correct the module there.');
  }
  const [imported] = WebAssembly.Module.imports(module);
  if (imported) {
    throw refused(
      `${file}: it imports ${imported.kind} '${imported.name}' of '${imported.module}'; the sandbox offers nothing to import`,
      'Define it in the module, or leave it out.',
    );
  }
  return module;
}

function refused(message: string, next: string): LabError {
  return new LabError('E_OWN_CODE', message, next);
}

/** The text as it is written again, line by line. */
class Opened {
  readonly points: PatchPoint[] = [];
  readonly #file: string;
  readonly #lines: string[] = [];
  /* Between the header of a function and its first instruction. */
  #isEntering = false;
  #function = '';

  constructor(file: string) {
    this.#file = file;
  }

  get text(): string {
    const imports = [
      `  (import "${OUTLINE_IMPORTS}" "${POLL_IMPORT}" (func $sandbox.poll))`,
      ...this.points.map(
        (_, index) =>
          `  (import "${OUTLINE_IMPORTS}" "${patchImport(index)}" (func $sandbox.patch.${index} (result i32)))`,
      ),
    ];
    const [opening = '', ...rest] = this.#lines;
    return [opening, ...imports, ...rest].join('\n');
  }

  line(line: string): void {
    const header = FUNCTION.exec(line);
    if (header) {
      this.#function = header[1]!;
      this.#lines.push(line);
      this.#isEntering = isOpen(line);
      return;
    }
    if (this.#isEntering && LOCALS.test(line)) {
      this.#lines.push(line);
      this.#isEntering = !line.endsWith('))');
      return;
    }
    if (this.#isEntering) this.#lines.push('    call $sandbox.poll');
    this.#isEntering = false;
    if (/^ {2}\(start /.test(line)) {
      throw refused(
        `${this.#file}: it has a start function; nothing may run before the cpu calls it`,
        'Leave it out, or call it from the function that is run.',
      );
    }
    const marked = MARKED.exec(line);
    if (marked) this.#lines.push(`    call $sandbox.patch.${this.#point(marked)}${marked[3]}`);
    else if (/^ {2}\((memory|table) /.test(line)) this.#lines.push(this.#bounded(line));
    else this.#lines.push(line);
    if (LOOP.test(line)) this.#lines.push('    call $sandbox.poll');
  }

  /** @returns the number of the point. */
  #point([, payload = '', instruction = '']: RegExpExecArray): number {
    const named = POINT_NAME.exec(payload);
    const where = `${this.#file}: function ${this.#function}, patch point "${payload}"`;
    if (!named) {
      throw refused(
        `${where}: expected a letter, then letters, digits, - and _, and where wanted / and how many values`,
        'Name it like "key" or "handler/4".',
      );
    }
    const constant = CONSTANT.exec(instruction);
    if (!constant) {
      throw refused(`${where}: it marks '${instruction}'; expected an i32.const`, 'Mark an i32.const.');
    }
    const [, name = '', values = '0'] = named;
    if (this.points.some((point) => point.name === name)) {
      throw refused(`${where}: the name is there twice`, 'Give each patch point a name of its own.');
    }
    return this.points.push({ name, first: Number(constant[1]) | 0, values: Number(values) }) - 1;
  }

  #bounded(line: string): string {
    const limits = LIMITS.exec(line);
    if (!limits)
      throw refused(
        `${this.#file}: '${line.trim()}' is no plain memory or table`,
        'Use 32 bits, and share nothing.',
      );
    const [, kind = '', name = '', least = '', most = '', type = '', end = ''] = limits;
    const bound = kind === 'memory' ? MAX_MEMORY_PAGES : MAX_TABLE_ENTRIES;
    if (Number(least) > bound) {
      throw refused(
        `${this.#file}: ${kind} ${name} begins with ${least} ${kind === 'memory' ? 'pages' : 'entries'}; expected at most ${bound}`,
        'Begin with fewer.',
      );
    }
    return `  (${kind} ${name} ${least} ${most === '' ? bound : Math.min(Number(most), bound)}${type})${end}`;
  }
}

/** Does anything follow in the next line? */
function isOpen(line: string): boolean {
  return line.split('(').length > line.split(')').length;
}
