/** Fetch units: WebAssembly binaries with one function `f: () -> i32`, laid out so that its immediate can be patched.
 *
 *      | header, types, ... | custom "pad" | code ... i32.const [5 bytes: the site] | custom "pad" |
 *      ^ start of a line                                                     end of a line ^
 *
 *  The first pad moves the site to the wanted place against 8-byte words and 64-byte lines, the second fills the last
 *  line. A site that is patched behind a breakpoint has a NOP before its instruction, which the breakpoint replaces.
 *  Source: WebAssembly Core Specification 2.0, "Modules" (custom sections may stand anywhere).
 *  Limit: one site per unit, always an i32 immediate; opcodes and call targets are not patched here. */
import { assertNever, EXIT, LabError } from '../base/errors.js';
import { LINE_BYTES } from '../base/layout.js';
import { NO_BREAKPOINT } from '../hw/unitPlacement.js';
import { encodePaddedI32, PADDED_I32_BYTES, readU32 } from './leb128.js';
import { DOUBLEWORD_BYTES } from './patchSite.js';
import type { Placement } from './placement.js';
import { immediateOf } from './version.js';

/** What the function does before it returns its immediate. */
export interface UnitWork {
  /** Rounds of dependent arithmetic, about 0.4 ns each once optimised; 0 is a function that only returns. */
  readonly iterations: number;
}

export interface UnitSpec {
  readonly name: string;
  readonly placement: Placement;
  readonly work: UnitWork;
  /** Make room for a breakpoint. */
  readonly breakpoint?: true;
}

export interface FetchUnit {
  readonly name: string;
  /** Version 0, in whole lines. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** First byte of the immediate; alignment counts from the start of the unit, which starts on a line. */
  readonly siteOffset: number;
  readonly siteBytes: typeof PADDED_I32_BYTES;
  readonly placement: Placement;
  /** Where the NOP stands that a breakpoint may replace; absent where there is none. */
  readonly breakpointAt?: number;
}

/** Export name of the function. */
export const UNIT_EXPORT = 'f';

type Binaryen = typeof import('binaryen').default;

/** A site that lies across a boundary has this many bytes before it, and 2 after. */
const BYTES_BEFORE_BOUNDARY = 3;
/** Marks the immediate in what binaryen emits; large enough to need all five bytes. */
const SENTINEL = 0x5eed1e55;
const I32_CONST = 0x41;
/** Back from the immediate over its opcode and the NOP. */
const BYTES_TO_BREAKPOINT = 2;
const MODULE_HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;
const CODE_SECTION = 10;
const PAD_NAME = new TextEncoder().encode('pad');
/** Section id, one byte of size, one byte of name length, name. */
const PAD_MIN_BYTES = 3 + PAD_NAME.length;

/** Builds the units. binaryen is loaded here, at the first call: it takes most of a second.
 *  @throws {LabError} E_UNIT if a spec cannot be built. */
export async function emitFetchUnits(specs: readonly UnitSpec[]): Promise<FetchUnit[]> {
  const { default: binaryen } = await import('binaryen');
  return specs.map((spec) => {
    const module = emitModule(binaryen, spec);
    const unit = layOut(spec, module, immediateIn(spec.name, module));
    checkReturnsVersionZero(unit);
    return unit;
  });
}

function emitModule(binaryen: Binaryen, { name, work, breakpoint }: UnitSpec): Uint8Array {
  const { iterations } = work;
  if (!Number.isInteger(iterations) || iterations < 0 || iterations >= 2 ** 31) {
    throw broken(name, `it has ${iterations} iterations; expected an integer from 0 to 2^31 - 1`);
  }
  const module = new binaryen.Module();
  try {
    const immediate = module.i32.const(SENTINEL);
    const [locals, body] =
      iterations === 0
        ? [[], afterNop(module, binaryen, breakpoint, immediate)]
        : [[binaryen.i32, binaryen.i32], workThen(module, binaryen, iterations, immediate, breakpoint)];
    module.addFunction(UNIT_EXPORT, binaryen.none, binaryen.i32, locals, body);
    module.addFunctionExport(UNIT_EXPORT, UNIT_EXPORT);
    if (!module.validate()) throw broken(name, 'binaryen does not validate it');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** Runs `iterations` rounds of `sum ^= i; i -= 2` over even numbers, then gives `immediate + (sum & 1)`.
 *  The sum stays even, so that adds 0; but only a proof by induction over the loop could tell, which no tier of the
 *  engine attempts. Each round needs the one before. The module is never passed to binaryen's optimizer. */
function workThen(
  module: InstanceType<Binaryen['Module']>,
  binaryen: Binaryen,
  iterations: number,
  immediate: number,
  breakpoint: true | undefined,
): number {
  const { i32 } = binaryen;
  const I = 0;
  const SUM = 1;
  const { local } = module;
  return module.block(
    null,
    [
      local.set(I, module.i32.const((2 * iterations) | 0)),
      module.loop(
        'again',
        module.block(null, [
          local.set(SUM, module.i32.xor(local.get(SUM, i32), local.get(I, i32))),
          module.br_if('again', local.tee(I, module.i32.sub(local.get(I, i32), module.i32.const(2)), i32)),
        ]),
      ),
      module.i32.add(
        afterNop(module, binaryen, breakpoint, immediate),
        module.i32.and(local.get(SUM, i32), module.i32.const(1)),
      ),
    ],
    i32,
  );
}

/** The NOP is what a breakpoint replaces. */
function afterNop(
  module: InstanceType<Binaryen['Module']>,
  { i32 }: Binaryen,
  breakpoint: true | undefined,
  immediate: number,
): number {
  return breakpoint ? module.block(null, [module.nop(), immediate], i32) : immediate;
}

/** Pads a module into a unit at version 0.
 *  @param emitted offset in `module` of an immediate of five bytes, in its code section. */
export function layOut(
  { name, placement, breakpoint }: Pick<UnitSpec, 'name' | 'placement' | 'breakpoint'>,
  module: Uint8Array,
  emitted: number,
): FetchUnit {
  const codeStart = codeSectionOf(name, module);
  let gap = 0;
  const isGood = (offset: number): boolean =>
    isPlaced(placement, offset) && (!breakpoint || offset % LINE_BYTES >= BYTES_TO_BREAKPOINT);
  while (!isGood(emitted + gap)) gap = Math.max(gap + 1, PAD_MIN_BYTES);
  const siteOffset = emitted + gap;
  const used = module.length + gap;
  let rest = -used & (LINE_BYTES - 1);
  if (rest > 0 && rest < PAD_MIN_BYTES) rest += LINE_BYTES;

  const bytes = new Uint8Array(used + rest);
  bytes.set(module.subarray(0, codeStart));
  bytes.set(pad(gap), codeStart);
  bytes.set(module.subarray(codeStart), codeStart + gap);
  bytes.set(pad(rest), used);
  bytes.set(encodePaddedI32(immediateOf(0)), siteOffset);
  const unit = { name, bytes, siteOffset, siteBytes: PADDED_I32_BYTES, placement } as const;
  if (!breakpoint) return unit;
  const breakpointAt = siteOffset - BYTES_TO_BREAKPOINT;
  if (bytes[breakpointAt] !== NO_BREAKPOINT) throw broken(name, 'no NOP stands before its immediate');
  return { ...unit, breakpointAt };
}

function isPlaced(placement: Placement, offset: number): boolean {
  const boundary = offset + BYTES_BEFORE_BOUNDARY;
  switch (placement) {
    case 'within-word':
      return (offset % DOUBLEWORD_BYTES) + PADDED_I32_BYTES <= DOUBLEWORD_BYTES;
    case 'across-word':
      return boundary % DOUBLEWORD_BYTES === 0 && boundary % LINE_BYTES !== 0;
    case 'across-line':
      return boundary % LINE_BYTES === 0;
    default:
      // No offset is right for it: whoever looks for one would never end.
      return assertNever(placement);
  }
}

/** A custom section that is `length` bytes long over all; 0 gives none. Below 128 its size takes one byte. */
function pad(length: number): Uint8Array {
  const section = new Uint8Array(length);
  if (length > 0) section.set([CUSTOM_SECTION, length - 2, PAD_NAME.length, ...PAD_NAME]);
  return section;
}

function codeSectionOf(name: string, module: Uint8Array): number {
  let start = MODULE_HEADER_BYTES;
  while (start < module.length && module[start] !== CODE_SECTION) {
    const size = readU32(module, start + 1);
    start = size.next + size.value;
  }
  if (start >= module.length) throw broken(name, 'binaryen emitted no code section');
  return start;
}

function immediateIn(name: string, module: Uint8Array): number {
  const pattern = String.fromCharCode(I32_CONST, ...encodePaddedI32(SENTINEL));
  const text = String.fromCharCode(...module);
  const at = text.indexOf(pattern);
  if (at < 0 || text.indexOf(pattern, at + 1) >= 0) {
    throw broken(name, 'its immediate is not in the emitted bytes exactly once');
  }
  return at + 1;
}

function checkReturnsVersionZero({ name, bytes }: FetchUnit): void {
  const f = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports[UNIT_EXPORT];
  const value: unknown = typeof f === 'function' ? f() : undefined;
  if (value !== immediateOf(0)) throw broken(name, `it returns ${value}, not ${immediateOf(0)}`);
}

function broken(name: string, why: string): LabError {
  return new LabError('E_UNIT', `cannot build fetch unit '${name}': ${why}`, 'Check its spec.', EXIT.broke);
}
