/** Outlining: takes the patch points of a function out of it, so that each can be a fetch unit of its own, and puts
 *  safepoint polls in.
 *
 *  The module, with its patch points marked (patchMark.ts), is opened in wabt's flat text form, where an instruction is a
 *  line:
 *
 *      i32.const <mark of n>    becomes            call $sandbox.patch.n
 *      loop $L0                 is followed by     a countdown by <weight>, and below zero  call $sandbox.poll
 *
 *  and so is the entry of each function. These are the only imports of what comes out; memory and tables get a most. The
 *  weight is the number of instructions in the function: as many at most are executed until the next safepoint.
 *
 *  A patch point marks an i32.const. What the constant selects is up to the function: as the index of a call_indirect
 *  it is a handler or a tier, beside a comparison an inline cache, before an `if` a static key. `"name"` counts up from
 *  the constant, `"name/4"` goes round in four values: version v stands for constant + v, or constant + v mod 4.
 *
 *  Source: WebAssembly tool-conventions, "Code Metadata Framework"; HotSpot and V8 for polls at entries and back edges.
 *  Limit: only i32.const is patched. WebAssembly 2.0 without bulk instructions, which do the work of a loop and pass no
 *  safepoint; no imports, no start function; memory of 32 bits that nobody shares. */
import { LabError } from '../base/errors.js';
import { markBinary } from './markBinary.js';
import { markText } from './markText.js';
import { type MarkedConstant, METADATA_SECTION, markOf } from './patchMark.js';
import { assembleOwn, flatText } from './wabt.js';

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
const POINT_NAME = /^([A-Za-z][\w-]{0,39})(?:\/([1-9]\d{0,5}))?$/;

const CONSTANT = /^\s*i32\.const (\d+)(\)*)$/;
const FUNCTION = /^ {2}\(func /;
const LOCALS = /^ {4}\(local /;
const BULK = /^\s*((?:memory|table)\.(?:fill|copy|init|grow))\b/;
/** Bounded by the most that the memory may have. */
const GROW = 'memory.grow';
const LOOP = /^\s*loop\b/;
const LIMITS = /^ {2}\((memory|table) (\$\S+) (\d+)(?: (\d+))?( funcref| externref)?\)(\)?)$/;

/** @param file name of the text, for messages.
 *  @throws {LabError} E_WAT, E_WASM, E_OWN_CODE */
export async function outlineText(text: string, file: string): Promise<OutlinedBinary> {
  const marked = markText(text, file);
  const bytes = await assembleOwn(file, marked.text);
  checkedModule(bytes, file);
  return outlineMarked(bytes, marked.points, file);
}

/** @param file name of the binary, for messages.
 *  @throws {LabError} E_WASM, E_OWN_CODE */
export async function outlineBinary(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<OutlinedBinary> {
  const module = checkedModule(bytes, file);
  const [section, second] = WebAssembly.Module.customSections(module, METADATA_SECTION);
  if (second) throw refused(`${file}: section ${METADATA_SECTION} is there twice`, 'Join them.');
  const marked = markBinary(bytes, new Uint8Array(section ?? [0]), file);
  if (!WebAssembly.validate(marked.bytes)) {
    throw refused(
      `${marked.points.map(({ where }) => where).join('; ')}: one of them is in the middle of an instruction`,
      `Give section ${METADATA_SECTION} offsets of instructions.`,
    );
  }
  return outlineMarked(marked.bytes, marked.points, file);
}

async function outlineMarked(
  bytes: Uint8Array,
  marked: readonly MarkedConstant[],
  file: string,
): Promise<OutlinedBinary> {
  if (marked.length === 0 || marked.length > MAX_PATCH_POINTS) {
    throw refused(
      `${file}: ${marked.length} patch points are marked; expected 1 to ${MAX_PATCH_POINTS}`,
      `Write (@${METADATA_SECTION} "name") before an i32.const.`,
    );
  }
  const points = pointsOf(marked);
  const opened = new Opened(file);
  for (const line of (await flatText(file, bytes)).split('\n')) opened.line(line, marked.length);
  for (const [index, { where }] of marked.entries()) {
    const times = opened.replaced.filter((point) => point === index).length;
    if (times === 1) continue;
    throw refused(
      `${where}: ${times === 0 ? 'no instruction begins there' : `the constant ${markOf(index)} is reserved`}`,
      times === 0 ? 'Give the place of an i32.const.' : 'Use another one.',
    );
  }
  return { bytes: await assembleOwn(file, opened.text(marked.length)), points };
}

/** @throws {LabError} E_OWN_CODE */
function pointsOf(marked: readonly MarkedConstant[]): PatchPoint[] {
  const points = new Map<string, PatchPoint>();
  for (const { payload, constant, where } of marked) {
    const named = POINT_NAME.exec(payload);
    if (!named) {
      throw refused(
        `${where}: patch point ${JSON.stringify(payload)}: expected a letter, then letters, digits, - and _, and where wanted / and how many values`,
        'Name it like "key" or "handler/4".',
      );
    }
    const [, name = '', values = '0'] = named;
    if (points.has(name)) {
      throw refused(`${where}: patch point '${name}' is there twice`, 'Give each a name of its own.');
    }
    points.set(name, { name, first: constant, values: Number(values) });
  }
  return [...points.values()];
}

/** The engine's own check comes first: what it accepts is well-formed, whatever other readers make of it. */
function checkedModule(bytes: Uint8Array<ArrayBuffer>, file: string): WebAssembly.Module {
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(bytes);
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
  /** Marks that were found, each as often as it was. */
  readonly replaced: number[] = [];
  readonly #file: string;
  readonly #lines: string[] = [];
  /* Between the header of a function and its first instruction. */
  #isEntering = false;
  /* Of the function that is open: where it begins, and where its polls wait for their weight. */
  #begin = 0;
  #polls: number[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  text(points: number): string {
    this.#endFunction();
    const imports = [
      `  (import "${OUTLINE_IMPORTS}" "${POLL_IMPORT}" (func $sandbox.poll (param i32) (result i32)))`,
      ...Array.from(
        { length: points },
        (_, index) =>
          `  (import "${OUTLINE_IMPORTS}" "${patchImport(index)}" (func $sandbox.patch.${index} (result i32)))`,
      ),
      '  (global $sandbox.left (mut i32) (i32.const 0))',
    ];
    const [opening = '', ...rest] = this.#lines;
    return [opening, ...imports, ...rest].join('\n');
  }

  line(line: string, points: number): void {
    if (FUNCTION.test(line)) {
      this.#endFunction();
      this.#lines.push(line);
      this.#isEntering = isOpen(line);
      return;
    }
    if (this.#isEntering && LOCALS.test(line)) {
      this.#lines.push(line);
      this.#isEntering = !line.endsWith('))');
      return;
    }
    if (this.#isEntering) this.#poll();
    this.#isEntering = false;
    if (/^ {2}\(start /.test(line)) {
      throw refused(
        `${this.#file}: it has a start function; nothing may run before the cpu calls it`,
        'Leave it out, or call it from the function that is run.',
      );
    }
    const [, bulk] = BULK.exec(line) ?? [];
    if (bulk !== undefined && bulk !== GROW) {
      throw refused(`${this.#file}: it uses ${bulk}, which passes no safepoint`, 'Write a loop.');
    }
    const [, constant = '', end = ''] = CONSTANT.exec(line) ?? [];
    const point = constant === '' ? -1 : Number(constant) - markOf(0);
    if (point >= 0 && point < points) {
      this.replaced.push(point);
      this.#lines.push(`    call $sandbox.patch.${point}${end}`);
    } else if (/^ {2}\((memory|table) /.test(line)) this.#lines.push(this.#bounded(line));
    else this.#lines.push(line);
    if (LOOP.test(line)) this.#poll();
  }

  #poll(): void {
    this.#polls.push(this.#lines.push('') - 1);
  }

  #endFunction(): void {
    const weight = this.#lines.length - this.#begin;
    for (const at of this.#polls) this.#lines[at] = safepoint(weight);
    this.#polls = [];
    this.#begin = this.#lines.length;
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

/** The poll sees what is left, and says from where to count down again. */
function safepoint(weight: number): string {
  return `    (global.set $sandbox.left (i32.sub (global.get $sandbox.left) (i32.const ${weight})))
    (if (i32.lt_s (global.get $sandbox.left) (i32.const 0))
      (then (global.set $sandbox.left (call $sandbox.poll (global.get $sandbox.left)))))`;
}

/** Does anything follow in the next line? */
function isOpen(line: string): boolean {
  return line.split('(').length > line.split(')').length;
}
